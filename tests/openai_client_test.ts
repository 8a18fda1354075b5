/** The official client of OpenAI's API, through the daemon. */
import OpenAI from "openai";
import { assertEquals, assertRejects } from "@std/assert";
import { startDaemon } from "./support/start_daemon.ts";

Deno.test("the official openai client lists models, asks, streams, and is told what is wrong", async () => {
  await using daemon = await startDaemon();
  const client = new OpenAI({ baseURL: `${daemon.baseUrl}/v1`, apiKey: daemon.token, maxRetries: 0 });
  const models = await client.models.list();
  assertEquals(models.data.map(({ id }) => id), ["opta-demo"]);

  const messages = [{ role: "user" as const, content: "count to 5" }];
  const whole = await client.chat.completions.create({ model: "opta-demo", messages });
  const text = whole.choices[0]?.message.content ?? "";
  assertEquals(text.match(/\d+/g), ["1", "2", "3", "4", "5"]);
  assertEquals(whole.usage?.total_tokens, (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0));

  const stream = await client.chat.completions.create({ model: "default", messages, stream: true });
  let streamed = "";
  let reason = "";
  for await (const { choices: [choice] } of stream) {
    streamed += choice?.delta.content ?? "";
    reason ||= choice?.finish_reason ?? "";
  }
  assertEquals([streamed, reason], [text, "stop"]);

  const tools = [{ type: "function" as const, function: { name: "list_dir", description: "", parameters: {} } }];
  const called = await client.chat.completions.create({
    model: "opta-demo",
    messages: [{ role: "user", content: "list the files" }],
    tools,
  });
  assertEquals(called.choices[0]?.finish_reason, "tool_calls");
  assertEquals(called.choices[0]?.message.tool_calls?.map((call) => call.type), ["function"]);

  const two = { model: "opta-demo", messages, n: 2 };
  await assertRejects(() => client.chat.completions.create(two), OpenAI.BadRequestError, "n: must be 1");
  const stranger = new OpenAI({ baseURL: `${daemon.baseUrl}/v1`, apiKey: "sk-wrong", maxRetries: 0 });
  await assertRejects(() => stranger.models.list(), OpenAI.AuthenticationError);
});
