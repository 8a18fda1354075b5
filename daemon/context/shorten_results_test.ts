import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelMessage } from "../model/model.ts";
import { cutText } from "./cut_text.ts";
import { shortenEarlierResults, shortenResults } from "./shorten_results.ts";

const long = "x".repeat(10_000);

function step(id: string, args: Record<string, unknown> = {}): ModelMessage[] {
  const call = { id, name: "read_file", arguments: JSON.stringify(args) };
  return [{ role: "assistant", content: long, toolCalls: [call] }, { role: "tool", toolCallId: id, content: long }];
}

function lengths(messages: ModelMessage[]): number[] {
  return messages.map(({ content }) => content.length);
}

Deno.test("shortenResults() cuts what tools said, and nothing of what people and the model said", () => {
  const [said, result, asked] = shortenResults([...step("c1"), { role: "user", content: long }]);
  assertEquals([said?.content, asked?.content], [long, long]);
  assert(result!.content.length < 2_000);
  assertStringIncludes(result!.content, "characters left out");
});

Deno.test("shortenResults() leaves the arguments of calls JSON, and those alone that are none", () => {
  const [said] = shortenResults(step("c1", { path: "a.ts", edits: [{ text: long }] }));
  assert(said && "toolCalls" in said);
  const args = JSON.parse(said.toolCalls[0]!.arguments);
  assertEquals(args.path, "a.ts");
  assert(args.edits[0].text.length < 1_000);
  const broken = {
    role: "assistant" as const,
    content: "",
    toolCalls: [{ id: "c", name: "n", arguments: `{"a":"${long}` }],
  };
  assertEquals(shortenResults([broken]), [broken]);
});

Deno.test("shortenEarlierResults() leaves the results that the model has not seen", () => {
  const messages = [...step("c1"), ...step("c2")];
  const [, first = 0, , last] = lengths(shortenEarlierResults(messages));
  assert(first < 2_000);
  assertEquals(last, 10_000);
  assertEquals(shortenEarlierResults([{ role: "user", content: long }]), [{ role: "user", content: long }]);
});

Deno.test("cutText() keeps beginning and end, no half of a character, and short texts as they are", () => {
  assertEquals(cutText("short", 5), "short");
  const cut = cutText(`ab${"😀".repeat(50)}yz`, 20);
  assert(cut.isWellFormed());
  assert(cut.startsWith("ab") && cut.endsWith("yz"));
});
