import { assertEquals } from "@std/assert";
import { joinLine, readMessage } from "./message_input.ts";

/** Feeds lines until a message is whole. */
function assemble(...lines: string[]): string | null {
  const [first = "", ...rest] = lines;
  return readMessage(rest.reduce(joinLine, first));
}

Deno.test("readMessage() takes a line as a message", () => {
  assertEquals(assemble("hello"), "hello");
  assertEquals(assemble(""), "");
});

Deno.test("readMessage() goes on after a backslash at the end of a line", () => {
  assertEquals(assemble("one\\"), null);
  assertEquals(assemble("one\\", "two\\"), null);
  assertEquals(assemble("one\\", "two\\", "three"), "one\ntwo\nthree");
  assertEquals(assemble("C:\\temp\\\\"), "C:\\temp\\\\");
});

Deno.test("readMessage() reads from fence to fence", () => {
  assertEquals(assemble('"""'), null);
  assertEquals(assemble('"""', "one"), null);
  assertEquals(assemble('"""', "one\\", "", "two", '"""'), "one\\\n\ntwo");
  assertEquals(assemble('"""one', 'two"""'), "one\ntwo");
  assertEquals(assemble('"""one"""'), "one");
  assertEquals(assemble('"""', "  indented", '"""'), "  indented");
});

Deno.test("readMessage() leaves fences that are part of a text", () => {
  const code = '"""Doc."""\nprint("x")';
  assertEquals(readMessage(code), code);
  assertEquals(assemble('say """'), 'say """');
});
