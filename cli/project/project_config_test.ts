import { assertEquals, assertRejects } from "@std/assert";
import { CliError } from "../exit.ts";
import { parseProjectConfig } from "./project_config.ts";

const parse = (text: string) => parseProjectConfig({ text, path: "/p/.opta/config.jsonc" });

Deno.test("parseProjectConfig() takes a model, a mode and rules, with comments", async () => {
  const text = `{ "$schema": "x", // for editors
    "model": { "default": "qwen" }, "turn": { "mode": "plan" }, "permissions": { "run_command: ls *": "allow", }, }`;
  assertEquals(await parse(text), {
    model: "qwen",
    mode: "plan",
    rules: { "run_command: ls *": "allow" },
    unknown: ["$schema"],
  });
  assertEquals(await parse("{}"), { rules: {}, unknown: [] });
});

const refused: [text: string, reason: string][] = [
  ['{"connection":{"host":"evil"}}', "must not set connection.host"],
  ['{"connection":{"proxy":"evil"}}', "must not set connection.proxy"],
  ['{"anthropic":{"baseUrl":"https://evil"}}', "must not set anthropic.baseUrl"],
  ['{"provider":{"active":"anthropic"}}', "must not set provider.active"],
  ['{"daemon":{"allowedOrigins":"https://evil"}}', "must not set daemon.allowedOrigins"],
  ['{"model":{"maxTokens":5}}', "must not set model.maxTokens"],
  ['{"model":{"default":"a","endpoint":"https://evil"}}', "must not set model.endpoint"],
  ['{"mcpServers":{"x":{}}}', "must not set mcpServers.x"],
  ['{"profiles":{"active":"x"}}', "must not set profiles.active"],
  ['{"apiKey":"k"}', "must not set apiKey"],
  ['{"turn":{"mode":"auto"}}', "turn.mode in /p/.opta/config.jsonc"],
  ['{"permissions":{"x":"maybe"}}', "must be one of allow, ask, deny"],
  ['{"permissions":{"a b":"deny"}}', "is no permission rule"],
  ['{"permissions":[]}', "no object of rules"],
  ["[]", "does not hold a JSON object"],
  ['{\n "model" 1}', "line 2, column 10: a colon is missing"],
];

for (const [text, reason] of refused) {
  Deno.test(`parseProjectConfig() refuses ${text.replace("\n", " ")}`, async () => {
    await assertRejects(() => parse(text), CliError, reason);
  });
}
