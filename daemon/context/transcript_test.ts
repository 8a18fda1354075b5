import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelMessage } from "../model/model.ts";
import { transcriptOf } from "./transcript.ts";

Deno.test("transcriptOf() tells who said and called what", () => {
  const messages: ModelMessage[] = [
    { role: "user", content: "Look at a.ts" },
    {
      role: "assistant",
      content: "Let me see.",
      toolCalls: [{ id: "c", name: "read_file", arguments: '{"path":"a.ts"}' }],
    },
    { role: "tool", toolCallId: "c", content: "1 + 1" },
    { role: "assistant", content: "A sum." },
  ];
  assertEquals(
    transcriptOf(messages, 1_000),
    'User: Look at a.ts\n\nAssistant: Let me see.\nCalled read_file({"path":"a.ts"})\n\n' +
      "Result of the tool:\n1 + 1\n\nAssistant: A sum.",
  );
});

Deno.test("transcriptOf() cuts the long messages before it leaves any out", () => {
  const messages = ["The goal", "x".repeat(50_000), "The end"].map((content) => ({ role: "user" as const, content }));
  const text = transcriptOf(messages, 4_000);
  assert(text.length <= 4_000);
  assertStringIncludes(text, "The goal");
  assertStringIncludes(text, "The end");
});

Deno.test("transcriptOf() leaves the oldest out when there are too many, and says so", () => {
  const messages = Array.from({ length: 1_000 }, (_, i) => ({ role: "user" as const, content: `Message ${i}` }));
  const text = transcriptOf(messages, 2_000);
  assert(text.length < 2_100);
  assert(/^\[The \d+ oldest messages are left out\.\]/.test(text));
  assert(text.endsWith("Message 999"));
  assert(transcriptOf(messages, 0).length < 100);
});
