import type { Permission, ToolPart } from "@opta/protocol";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { colorsFor } from "../output/colors.ts";
import { type EndView, formatEnd, formatStart } from "./tool_lines.ts";

const view = { colors: colorsFor(false, {}), columns: 40 };
const live: EndView = { ...view, isBelowStart: false, isCompact: false, request: undefined };

function call(toolName: string, args: ToolPart["args"], end?: Partial<NonNullable<ToolPart["end"]>>): ToolPart {
  const usual = { ok: true, result: "", elapsed: 0.14, truncated: false };
  return { kind: "tool", callId: "c1", toolName, args, ...(end && { end: { ...usual, ...end } }) };
}

Deno.test("formatStart() names the call and what it is about, in one line of the terminal", () => {
  assertEquals(formatStart(call("read_file", { limit: 3, path: "a.ts" }), view), "▸ read_file a.ts");
  assertEquals(formatStart(call("list", {}), view), "▸ list");
  assertEquals(formatStart(call("x", { ids: [1, 2] }), view), "▸ x [1,2]");
  assertEquals(formatStart(call("search_files", { path: ".", pattern: "TODO" }), view), "▸ search_files TODO");
  const edits = [{ path: "a", edits: [{ old_string: "x" }] }, { path: "b", edits: [] }];
  assertEquals(formatStart(call("multi_edit", { files: edits }), view), "▸ multi_edit a, b");
  assertEquals(formatStart(call("x", { files: [{ path: "a" }, 1] }), view), '▸ x [{"path":"a"},1]');
  const long = call("run_command", { command: `echo one\necho \x1b[2J${"two ".repeat(20)}` });
  assertEquals(formatStart(long, view), "▸ run_command echo one echo two two tw…");
});

Deno.test("formatEnd() says how a call went, and how much it returned", () => {
  const read = call("read_file", { path: "a.ts" }, { result: "1\n2\n3\n", truncated: true });
  assertEquals(formatEnd(read, live), "✓ read_file a.ts · 0.1 s · 3 lines, cut");
  assertEquals(formatEnd(read, { ...live, isBelowStart: true }), "  ✓ 0.1 s · 3 lines, cut");
  const failed = call("read_file", { path: "b" }, { ok: false, result: "There is none.\nLook.", elapsed: 75 });
  assertEquals(formatEnd(failed, live), "✗ read_file b · 1 min 15 s · There is …");
  const denied = call("fetch", { url: "u" }, { ok: false, denied: true, result: "No.\nMore" });
  assertEquals(formatEnd(denied, live), "✗ fetch u · not allowed · No.");
});

Deno.test("formatEnd() shows the exit code of a command and its last lines", () => {
  const output = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
  const end = { ok: false, result: `Exit code 2 after 3.2 s.\n\n${output}\n`, elapsed: 3.2 };
  const failed = call("run_command", { command: "npm test" }, end);
  const tail = [15, 16, 17, 18, 19].map((i) => `    line ${i}`).join("\n");
  assertEquals(formatEnd(failed, live), `✗ run_command npm test · 3.2 s · exit 2\n${tail}`);
  assertEquals(formatEnd(failed, { ...live, isCompact: true }), "✗ run_command npm test · 3.2 s · exit 2");
});

Deno.test("formatEnd() counts the lines of an edit and shows the first ones", () => {
  const args = { path: "a", old_string: "x\n", new_string: Array.from({ length: 10 }, (_, i) => `y${i}`).join("\n") };
  const text = formatEnd(call("edit_file", args, { result: "Edited a." }), live);
  assertEquals(text.split("\n").slice(0, 3), ["✓ edit_file a · 0.1 s · +10 −1", "    -x", "    +y0"]);
  assertEquals(text.split("\n").slice(-2), ["    +y6", "    … 3 more lines"]);
  const written = call("write_file", { path: "a", content: "one\ntwo\n" }, {});
  assertEquals(formatEnd(written, live), "✓ write_file a · 0.1 s · 2 lines\n    +one\n    +two");
});

Deno.test("formatEnd() does not repeat a diff that was shown with the request for permission", () => {
  const request = { diff: "@@ -1 +1,2 @@\n-x\n+y\n+z\n" } as Permission;
  const edit = call("edit_file", { path: "a", old_string: "x", new_string: "y\nz" }, {});
  assertEquals(formatEnd(edit, { ...live, request }), "✓ edit_file a · 0.1 s · +2 −1");
});

Deno.test("however much a call returns, it takes a few lines that fit the terminal", () => {
  const anyCall = fc.record({
    toolName: fc.string(),
    args: fc.dictionary(fc.constantFrom("command", "path", "old_string", "new_string", "content"), fc.string()),
    result: fc.string({ unit: "binary" }).map((text) => `Exit code 1.\n\n${`${text}\n`.repeat(3_000)}`),
    ok: fc.boolean(),
    elapsed: fc.double({ min: 0, max: 1e6, noNaN: true }),
    isBelowStart: fc.boolean(),
  });
  fc.assert(
    fc.property(anyCall, ({ toolName, args, result, ok, elapsed, isBelowStart }) => {
      const text = formatEnd(call(toolName, args, { result, ok, elapsed }), { ...live, isBelowStart });
      const lines = text.split("\n");
      assert(lines.length <= 10, text);
      for (const line of lines) assert(stringWidth(line) < 40, line);
    }),
    { numRuns: 50 },
  );
});
