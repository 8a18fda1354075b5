import { assertEquals } from "@std/assert";
import { AnswerOutput, type AnswerOutputOptions } from "./answer_output.ts";

/** What is written; what goes to standard error stands in brackets. */
function written(options: Partial<AnswerOutputOptions>, write: (output: AnswerOutput) => void): string {
  let text = "";
  const usual = { isPrinted: true, sharesTerminal: false };
  const out = (piece: string) => text += piece;
  const err = (piece: string) => text += `[${piece}]`;
  write(new AnswerOutput({ ...usual, ...options, out, err }));
  return text;
}

const withTool = (output: AnswerOutput) => {
  output.text("I look");
  output.text(".");
  output.breakParagraph();
  output.aside("read a\n");
  output.text("Done.");
  output.finish();
};

Deno.test("AnswerOutput sets what is said after a tool call off from what was said before", () => {
  assertEquals(written({}, withTool), "I look.[read a\n]\n\nDone.\n");
  const atEdges = (output: AnswerOutput) => {
    output.breakParagraph();
    output.text("One.\n\n");
    output.breakParagraph();
    output.text("Two.\n");
    output.breakParagraph();
    output.finish();
  };
  assertEquals(written({}, atEdges), "One.\n\nTwo.\n");
});

Deno.test("AnswerOutput ends an open line of the terminal before it says something beside", () => {
  assertEquals(written({ sharesTerminal: true }, withTool), "I look.[\nread a\n]\nDone.\n");
});

Deno.test("AnswerOutput writes no answer that nobody wants to see", () => {
  assertEquals(written({ isPrinted: false, sharesTerminal: true }, withTool), "[read a\n]");
});
