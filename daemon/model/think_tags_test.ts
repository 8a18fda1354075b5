import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ThinkTags } from "./think_tags.ts";

/** The runs of an answer that came in these chunks, neighbours of one kind joined. */
function split(...chunks: string[]): [string, string][] {
  const runs: [string, string][] = [];
  const emit = (type: string, text: string) => {
    const last = runs.at(-1);
    if (last?.[0] === type) last[1] += text;
    else runs.push([type, text]);
  };
  const tags = new ThinkTags();
  for (const chunk of chunks) tags.push(chunk, emit);
  tags.end(emit);
  return runs;
}

Deno.test("ThinkTags takes thinking out of the answer, with the line breaks around it", () => {
  assertEquals(split("<think>\nHm.\n</think>\n\nYes."), [["thinking", "Hm.\n"], ["text", "Yes."]]);
});

Deno.test("ThinkTags passes an answer without tags on as it is", () => {
  assertEquals(split("\n\n  Yes, 1 < 2.\n"), [["text", "\n\n  Yes, 1 < 2.\n"]]);
});

Deno.test("ThinkTags leaves a tag alone that an answer talks about", () => {
  const answer = "Put it into <think> and </think>.";
  assertEquals(split(answer), [["text", answer]]);
});

Deno.test("ThinkTags knows several runs of thinking before the answer", () => {
  assertEquals(split("<think>a</think>\n<think>b</think>c"), [["thinking", "ab"], ["text", "c"]]);
});

Deno.test("ThinkTags gives out what looked like a tag when the answer ends there", () => {
  assertEquals(split("<thi"), [["text", "<thi"]]);
  assertEquals(split("<think>a</thi"), [["thinking", "a</thi"]]);
  assertEquals(split("<thinking>"), [["text", "<thinking>"]]);
});

Deno.test("ThinkTags says the same wherever the text is cut", () => {
  const word = fc.constantFrom("<think>", "</think>", "<", ">", "</", "<thi", "nk>", "a", " ", "\n", "\r\n", "é");
  fc.assert(fc.property(fc.array(word, { maxLength: 20 }), fc.array(fc.nat(80), { maxLength: 8 }), (words, cuts) => {
    const text = words.join("");
    const bounds = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
    const chunks = bounds.slice(1).map((bound, i) => text.slice(bounds[i], bound));
    assertEquals(split(...chunks), split(text));
  }));
});

Deno.test("ThinkTags holds back less than a tag", () => {
  const tags = new ThinkTags();
  let out = 0;
  let pushed = 0;
  for (const char of `<think>${"<".repeat(1_000)}</think>${"<think".repeat(100)}`) {
    tags.push(char, (_, text) => out += text.length);
    pushed++;
    const inTags = (pushed >= 7 ? 7 : 0) + (pushed >= 1_015 ? 8 : 0);
    assert(pushed - inTags - out < "</think>".length, `${pushed} pushed, ${out} given out`);
  }
});
