import { assertEquals } from "@std/assert";
import { formatSeconds, outputOf, resultInShort } from "./tool_result.ts";

const call = (
  result: string,
  args: Record<string, unknown> = {},
  more: { ok?: boolean; denied?: true; truncated?: boolean } = {},
) => ({
  args,
  end: { ok: true, result, elapsed: 1, truncated: false, ...more },
});
const command = { command: "npm test" };

Deno.test("resultInShort() says how a command ended, what a failure says, and how much there is otherwise", () => {
  assertEquals(resultInShort(call("Exit code 2 after 1 s.\n\nout", command)), "exit 2");
  assertEquals(resultInShort(call("There is none.\nLook.", {}, { ok: false })), "There is none.");
  assertEquals(resultInShort(call("1\n2\n3\n", {}, { truncated: true })), "3 lines, cut");
  assertEquals(resultInShort(call("Edited a.")), "Edited a.");
  assertEquals(resultInShort({ args: {} }), "");
});

Deno.test("outputOf() leaves out the line that says how a command ended", () => {
  assertEquals(outputOf(call("Exit code 0 after 1 s.\n\na\nb\n", command)), "a\nb\n");
  assertEquals(outputOf(call("Exit code 0 after 1 s.", command)), "");
  assertEquals(outputOf(call("No.", command, { ok: false, denied: true })), "No.");
  assertEquals(outputOf(call("a\n\nb")), "a\n\nb");
});

Deno.test("formatSeconds() goes over to minutes", () => {
  assertEquals([0.14, 59.9, 75].map(formatSeconds), ["0.1 s", "59.9 s", "1 min 15 s"]);
});
