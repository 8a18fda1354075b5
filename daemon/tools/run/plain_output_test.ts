import { assertEquals } from "@std/assert";
import { plainOutput } from "./plain_output.ts";

Deno.test("plainOutput() leaves text, and no sequence or control", () => {
  assertEquals(
    plainOutput("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1bPdcs\x1b\\x\x1b(B"),
    "red link x",
  );
  assertEquals(plainOutput("a\x00b\x07c\x7fd\x9be\u202ef\tg"), "abcdef\tg");
  assertEquals(plainOutput("cut \x1b["), "cut");
  assertEquals(plainOutput("\x1b]never closed\nnext"), "\nnext");
});

Deno.test("plainOutput() shows of a line that was painted over what was painted last", () => {
  assertEquals(plainOutput("10%\r50%\r100%\ndone\r\nend\r\n"), "100%\ndone\nend");
});
