import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import type { Message } from "@opta/protocol";
import { answer, MAX_COUNT } from "./demo_answers.ts";

/** The answer to the last of these, each said by the user and answered with "ok". */
function reply(...said: string[]): string {
  const messages = said.flatMap((
    content,
  ): Message[] => [{ role: "user", content }, { role: "assistant", content: "ok" }]);
  return answer(messages.slice(0, -1)).text;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i).join("\n");

Deno.test("answer() counts, one number a line and nothing else", () => {
  assertEquals(reply("count to 20"), numbers(1, 20));
  assertEquals(reply("Could you please count up to 1,000?"), numbers(1, 1_000));
  assertEquals(reply("Count from 5 to twelve."), numbers(5, 12));
  assertEquals(reply("count to a hundred"), numbers(1, 100));
  assertEquals(reply(`count to ${MAX_COUNT}`), numbers(1, MAX_COUNT));
});

Deno.test("answer() says how far it counts when asked for more", () => {
  assertStringIncludes(reply("count to 10001"), "10000 at most");
  assertStringIncludes(reply("count to 99999999999999999999999"), "10000 at most");
  assertStringIncludes(reply("count from 9 to 3"), "upwards");
});

Deno.test("answer() writes poems of the length that was asked for", () => {
  for (
    const [request, lines] of [
      ["write a poem of 30 lines", 30],
      ["Write me a 7-line poem about the sea.", 7],
      ["compose four lines of verse", 4],
      ["write a poem of 1 line", 1],
      ["write a poem", 12],
      ["write a poem of 2000 lines", 2_000],
    ] as const
  ) assertEquals(reply(request).split("\n").length, lines, request);
  assertStringIncludes(reply("write a poem about the sea of 8 lines"), "Of the sea I");
  assertStringIncludes(reply("write a poem of 8 lines about the sea"), "Of the sea I");
  assertStringIncludes(reply("write a poem of 2001 lines"), "2000 lines at most");
  assertStringIncludes(reply("write a poem of 0 lines"), "one line or more");
});

Deno.test("answer() shows every form of Markdown", () => {
  const text = reply("show markdown");
  for (const form of [/^# /m, /^- /m, /^1\. /m, /^\|.*\|$/m, /^```ts$/m, /^> /m, /\[link\]\(https:/, /\*\*bold\*\*/]) {
    assertMatch(text, form);
  }
});

Deno.test("answer() thinks aloud and then does what else was asked for", () => {
  const { thinking, text } = answer([{ role: "user", content: "Think aloud and count to 3" }]);
  assertStringIncludes(thinking ?? "", "count to 3");
  assertEquals(text, "1\n2\n3");
  assertStringIncludes(answer([{ role: "user", content: "think aloud" }]).text, "this is the answer");
  assertStringIncludes(
    answer([{ role: "user", content: "think step by step: what is 17 times 3?" }]).text,
    "opta-demo",
  );
  assertEquals(answer([{ role: "user", content: "count to 3" }]).thinking, undefined);
});

Deno.test("answer() echoes to the letter", () => {
  assertEquals(reply("echo Foo  Bar\n  baz"), "Foo  Bar\n  baz");
  assertEquals(reply("repeat after me: “Grüße”"), "Grüße");
  assertEquals(reply("Reply with exactly: OK"), "OK");
  assertEquals(reply("say pong"), "pong");
  assertEquals(reply("say hello"), "Hello!");
  assertNotMatch(reply("say something nice about Opta"), /^something/);
});

Deno.test("answer() looks back into the conversation", () => {
  assertStringIncludes(reply("alpha", "beta", "what did I say first?"), "> alpha");
  assertStringIncludes(reply("alpha", "beta", "What did I ask before?"), "> beta");
  assertStringIncludes(reply("alpha", "beta", "what was my last message"), "> beta");
  assertMatch(reply("alpha", "beta", "what have I asked so far?"), /1\. alpha\n2\. beta/);
  assertStringIncludes(reply("alpha", "what did you say before?"), "> ok");
  assertStringIncludes(reply("what did I say first?"), "first message");
  assertStringIncludes(reply("my name is Ada", "count to 2", "what's my name?"), "Ada");
  assertStringIncludes(reply("what is my name?"), "not told me");
});

Deno.test("answer() lists only the latest of a long conversation", () => {
  const said = Array.from({ length: 30 }, (_, i) => `question ${i + 1}`);
  const text = reply(...said, "what have I asked so far?");
  assertNotMatch(text, /question 10\n/);
  assertMatch(text, /11\. question 11\n[^]*30\. question 30$/);
});

Deno.test("answer() quotes a long message by its beginning, never half a character", () => {
  const text = reply("x" + "👋".repeat(1_000), "what did I say first?");
  assert(text.length < 700 && text.isWellFormed());
});

const ESSAY = "# Rivers\n\nRivers run downhill. They are made of water.\n\nSome rivers are long.";

Deno.test("answer() summarises text below or above the request", () => {
  for (
    const request of [`summarise this\n\n${ESSAY}`, `${ESSAY}\n\nSummarize this!`, `tl;dr\n\`\`\`\n${ESSAY}\n\`\`\``]
  ) {
    const text = reply(request);
    assertStringIncludes(text, "> Rivers run downhill.\n");
    assertStringIncludes(text, "5 lines, 13 words, 77 characters");
    assertStringIncludes(text, "Headings: Rivers");
    assertStringIncludes(text, "rivers (3)");
  }
  assertStringIncludes(reply("summarise this"), "nothing to summarise");
});

Deno.test("answer() stays linear in what is pasted", () => {
  for (const filler of ["x", "x ", "\n", "think aloud x\n", "my name is x", "(", "# "]) {
    const pasted = filler.repeat(512 * 1024 / filler.length);
    const before = performance.now();
    reply(`summarise this\n${pasted}`);
    reply(pasted);
    reply(pasted, "what did I say first?");
    assert(performance.now() - before < 5_000, `${JSON.stringify(filler)} took too long`); // quadratic: minutes
  }
});

Deno.test("answer() says what it is and what it can do when it does not understand", () => {
  for (
    const request of ["what is the capital of France?", "write a function that cancels a promise", "", "¿Qué hora es?"]
  ) {
    const text = reply(request);
    assertStringIncludes(text, "I am opta-demo, a built-in demonstration model, not a real language model");
    assertStringIncludes(text, "count to 20");
    assertStringIncludes(text, "opta config set connection.host HOST");
  }
});

Deno.test("answer() takes a conversation without messages", () => {
  assertStringIncludes(answer([]).text, "opta-demo");
});
