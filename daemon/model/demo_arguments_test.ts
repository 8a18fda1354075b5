import { assertEquals } from "@std/assert";
import { fitArguments } from "./demo_arguments.ts";

function schema(keys: readonly string[], required: readonly string[] = []) {
  return { type: "object", properties: Object.fromEntries(keys.map((key) => [key, {}])), required };
}

Deno.test("fitArguments() takes the names that the tool has", () => {
  const edit = { path: "a", oldText: "x", newText: "y" };
  for (
    const keys of [
      ["path", "old_string", "new_string"],
      ["file_path", "oldText", "newText"],
      ["filename", "old", "new"],
      ["file", "search", "replace"],
    ] as const
  ) assertEquals(fitArguments(schema(keys), edit), { [keys[0]]: "a", [keys[1]]: "x", [keys[2]]: "y" });
});

Deno.test("fitArguments() gives each property one value, and leaves out what the tool has no place for", () => {
  const properties = { properties: { changes: { items: schema(["path", "edits"]) } } };
  assertEquals(fitArguments(properties, { files: [{ path: "a", edits: [], other: 1 }], waitMs: 5 }), {
    changes: [{ path: "a", edits: [] }],
  });
  assertEquals(fitArguments(schema(["text"]), { question: "a", content: "b" }), { text: "a" });
});

Deno.test("fitArguments() gives up when something is missing that the tool requires, however deep", () => {
  assertEquals(fitArguments(schema(["path", "mode"], ["mode"]), { path: "a" }), null);
  const nested = { properties: { files: { items: schema(["path", "mode"], ["mode"]) } } };
  assertEquals(fitArguments(nested, { files: [{ path: "a" }] }), null);
});

Deno.test("fitArguments() takes a schema of whatever form", () => {
  for (const odd of [null, undefined, 5, [], {}, { properties: null, required: "x" }, { anyOf: [] }]) {
    assertEquals(fitArguments(odd, { path: "a" }), {});
  }
});
