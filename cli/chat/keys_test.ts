import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type Key, KeyDecoder } from "./keys.ts";

const decode = (...reads: string[]): Key[] => {
  const decoder = new KeyDecoder();
  return reads.flatMap((read) => decoder.push(read));
};
const text = (text: string): Key => ({ name: "text", text });

Deno.test("KeyDecoder gives typed text as it is", () => {
  assertEquals(decode("hé漢🍎"), [text("hé漢🍎")]);
});

Deno.test("KeyDecoder knows control keys, arrows and Alt", () => {
  assertEquals(
    decode("a\r\x7f\x03\x04\x1b[A\x1bOB\x1b[1;5D\x1bb\x1b\r\n").map((key) => key.name),
    [
      "text",
      "enter",
      "backspace",
      "interrupt",
      "endOfInput",
      "up",
      "down",
      "wordLeft",
      "wordLeft",
      "newline",
      "newline",
    ],
  );
});

Deno.test("KeyDecoder drops sequences and controls that it does not know", () => {
  assertEquals(decode("a\x1b[15~\x1b[200;1X\x1b[?1;2c\x00\x1b[Ab"), [text("a"), { name: "up" }, text("b")]);
});

Deno.test("KeyDecoder takes Escape for a key when nothing follows, or another one", () => {
  assertEquals(decode("\x1b\x1b[200~a\x1b[201~\x1b\x03"), [
    { name: "escape" },
    text("a"),
    { name: "escape" },
    { name: "interrupt" },
  ]);
  const decoder = new KeyDecoder();
  assertEquals([decoder.push("a\x1b"), decoder.isWaiting], [[text("a")], true]);
  assertEquals([decoder.flush(), decoder.isWaiting], [[{ name: "escape" }], false]);
  assertEquals(decoder.push("b"), [text("b")]);
  assertEquals([decoder.push("\x1b["), decoder.flush()], [[], []]);
  assertEquals([decoder.push("\x1b\x1b"), decoder.flush().length], [[], 2]);
});

Deno.test("KeyDecoder knows Alt with an arrow in each of the ways in which terminals send it", () => {
  const names = (input: string) => decode(input).map(({ name }) => name);
  assertEquals(names("\x1b[1;3A\x1b[1;3B\x1b[1;3C"), ["altUp", "altDown", "wordRight"]);
  assertEquals(names("\x1b\x1b[A\x1b\x1bOB\x1b\x1b[D\x1b\x1b[3~"), ["altUp", "altDown", "wordLeft", "delete"]);
});

Deno.test("KeyDecoder makes one key of a paste, its line ends included", () => {
  assertEquals(decode("\x1b[200~one\r\ntwo\rthree\n\tfour\x1b[201~\r"), [text("one\ntwo\nthree\n\tfour"), {
    name: "enter",
  }]);
});

Deno.test("KeyDecoder strips what a pasted text would do to the terminal", () => {
  assertEquals(decode("\x1b[200~a\x1b]52;c;eA==\x07b\x03\x1b[201~"), [text("ab")]);
});

Deno.test("KeyDecoder finds the end of a paste that is too long", () => {
  const paste = "x".repeat(700_000);
  const [pasted, after, ...none] = decode("\x1b[200~", paste, paste, "\x1b[20", "1~", "y");
  assertEquals(pasted?.name === "text" && pasted.text.length < 1_100_000, true);
  assertEquals(after, text("y"));
  assertEquals(none, []);
});

Deno.test("KeyDecoder decodes the same wherever a read ends within a sequence or a paste", () => {
  const input = "ab\x1b[A\x1b\x1b[A\x1b\x1b[200~one\ntwo\x1b[201~\x1b[1;5Cc\r";
  const join = (keys: Key[]) => keys.map((key) => key.name === "text" ? key.text : `<${key.name}>`).join("");
  fc.assert(fc.property(fc.nat(input.length), (cut) => {
    assertEquals(join(decode(input.slice(0, cut), input.slice(cut))), join(decode(input)));
  }));
});
