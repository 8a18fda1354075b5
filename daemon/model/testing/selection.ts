/** What the tests of ModelSelection share: settings that name nothing, and choices that must be of one kind. */
import { assert } from "@std/assert";
import type { ModelChoice, ModelFailure } from "../model.ts";
import type { ModelSelection, ModelSettings, ModelWish } from "../selection.ts";
import { never } from "./collect.ts";

export const noWish: ModelWish = { model: null, provider: null };

export const settings = (changes: Partial<ModelSettings> = {}): ModelSettings => ({
  configured: null,
  provider: "auto",
  baseUrl: null,
  defaultModel: null,
  apiKey: null,
  loopbackPorts: [],
  ...changes,
});

export const at = ({ port }: { port: number }) => ({ configured: { host: "127.0.0.1", port } });

export function chosen(choice: ModelChoice | ModelFailure): ModelChoice {
  assert(!("code" in choice), `it failed: ${JSON.stringify(choice)}`);
  return choice;
}

export function failed(choice: ModelChoice | ModelFailure): ModelFailure {
  assert("code" in choice, "it chose a model");
  return choice;
}

/** `provider model transport` of what is chosen. */
export async function choose(selection: ModelSelection, wish: Partial<ModelWish> = {}): Promise<string> {
  const { model, name } = chosen(await selection.choose({ ...noWish, ...wish }, never()));
  return `${model.provider} ${name} ${model.transport}`;
}
