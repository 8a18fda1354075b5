import { assertEquals } from "@std/assert";
import { AnswerBody } from "./answer_body.ts";

/** What a body of these pieces says. */
function read(...pieces: string[]): string[] {
  const said: string[] = [];
  const body = new AnswerBody({
    event: (name, data) => said.push(`${name ?? "event"}: ${data}`),
    document: (text) => said.push(`document: ${text}`),
    broken: (what) => said.push(`broken: ${what}`),
  });
  for (const piece of pieces) body.feed(new TextEncoder().encode(piece));
  body.end();
  return said;
}

Deno.test("AnswerBody tells events, a document and a page apart by the first character that is not blank", () => {
  assertEquals(read("\n", "\n", "event: a\nda", "ta: 1\n\n: warm\n\ndata: {}"), ["a: 1", "event: {}"]);
  assertEquals(read(" \n", '{"a":', "\n\n", "1}"), ['document: {"a":\n\n1}']);
  assertEquals(read("\n", "<html>", "data: 1\n\n"), ["broken: sent a web page in place of an answer"]);
  assertEquals(read(), []);
});

Deno.test("AnswerBody gives up on what has no end, and says so once", () => {
  const mebibyte = "x".repeat(1024 * 1024);
  const without = (start: string) => read(start, ...Array.from({ length: 18 }, () => mebibyte));
  assertEquals(without("data: "), ["broken: sent an event without end"]);
  assertEquals(without("{"), ["broken: sent an answer without end"]);
});
