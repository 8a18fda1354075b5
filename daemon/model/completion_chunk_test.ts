import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CompletionChunk, plainContent } from "./completion_chunk.ts";

Deno.test("plainContent() reads what only adds text, as servers write it", () => {
  const chunk = (delta: unknown, more = {}) => ({
    id: "1",
    choices: [{ index: 0, delta, finish_reason: null }],
    ...more,
  });
  assertEquals(plainContent(chunk({ content: "a" })), "a");
  assertEquals(plainContent(chunk({ role: "assistant", content: "" }, { usage: null })), "");
  for (const other of [null, undefined, 1, "x", [], {}, { choices: [] }, { choices: null }, chunk(null), chunk({})]) {
    assertEquals(plainContent(other), null);
  }
  assertEquals(plainContent(chunk({ content: "a" }, { usage: { prompt_tokens: 1 } })), null);
  assertEquals(plainContent(chunk({ content: "a" }, { error: "broken" })), null);
  assertEquals(plainContent(chunk({ content: "a", reasoning: "b" })), null);
  assertEquals(plainContent({ choices: [{ delta: { content: "a" }, finish_reason: "stop" }] }), null);
});

Deno.test("plainContent() gives what the schema gives, or nothing", () => {
  const text = fc.option(fc.string(), { freq: 2 });
  const delta = fc.record({ role: text, content: text, reasoning: text, reasoning_content: text }, {
    requiredKeys: [],
  });
  const choice = fc.record({ delta: fc.option(delta), message: fc.option(delta, { freq: 2 }), finish_reason: text }, {
    requiredKeys: [],
  });
  const usage = fc.record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() });
  const chunk = fc.record({
    choices: fc.array(choice, { maxLength: 2 }),
    usage: fc.option(usage, { freq: 2 }),
    error: text,
  }, {
    requiredKeys: [],
  });
  let plain = 0;
  fc.assert(
    fc.property(chunk, (json) => {
      const content = plainContent(json);
      if (content === null) return;
      plain++;
      const { choices, usage, error } = CompletionChunk.parse(json);
      assertEquals(choices?.[0]?.delta?.content, content);
      assert(!usage && !error && !choices?.[0]?.finish_reason && !choices?.[0]?.delta?.reasoning);
    }),
    { numRuns: 2_000 },
  );
  assert(plain > 0, "some are plain");
});
