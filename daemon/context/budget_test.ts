import { assertEquals } from "@std/assert";
import type { ModelChoice } from "../model/model.ts";
import { ScriptedModels } from "../session/testing/scripted_model.ts";
import { budgetOf, estimateTokens, windowOf } from "./budget.ts";

function choiceOf(provider: string, contextLength?: number): ModelChoice {
  const model = Object.assign(Object.create(new ScriptedModels()), { provider });
  return { model, name: "m", reason: "", ...(contextLength !== undefined && { contextLength }) };
}

Deno.test("windowOf() takes the user's word, then the server's, then a guess that may be wrong", () => {
  assertEquals(windowOf(choiceOf("lmx", 8_192), 4_096), { tokens: 4_096, isKnown: true });
  assertEquals(windowOf(choiceOf("lmx", 8_192), null), { tokens: 8_192, isKnown: true });
  assertEquals(windowOf(choiceOf("openai"), null), { tokens: 32_768, isKnown: false });
});

Deno.test("windowOf() does not take the setting for the window of another provider", () => {
  assertEquals(windowOf(choiceOf("anthropic"), 4_096), { tokens: 200_000, isKnown: true });
  assertEquals(windowOf(choiceOf("opta-demo", Infinity), 4_096), { tokens: Infinity, isKnown: true });
});

Deno.test("budgetOf() keeps room for the answer, in small windows a quarter", () => {
  assertEquals(budgetOf({ tokens: 4_096, isKnown: true }), 3_072);
  assertEquals(budgetOf({ tokens: 200_000, isKnown: true }), 191_808);
  assertEquals(budgetOf({ tokens: Infinity, isKnown: true }), Infinity);
});

Deno.test("estimateTokens() counts text, calls and the tools that are offered", () => {
  assertEquals(estimateTokens([]), 0);
  assertEquals(estimateTokens([{ role: "user", content: "12345678" }]), 6);
  const call = { id: "c", name: "look", arguments: "{}" };
  assertEquals(estimateTokens([{ role: "assistant", content: "", toolCalls: [call] }]), 6);
  const spec = { name: "look", description: "looks", parameters: {} };
  assertEquals(estimateTokens([], [spec]), Math.ceil(JSON.stringify([spec]).length / 4));
});
