/** Reads an answer that is to end in a failure, for tests. */
import type { ModelFailure, ModelPart } from "../model.ts";
import { collect } from "./collect.ts";

/** The failure, and the parts `before` it. */
export async function failureOf(parts: AsyncIterable<ModelPart>): Promise<ModelFailure & { before: ModelPart[] }> {
  const collected = await collect(parts);
  const last = collected.at(-1);
  if (last?.type !== "error") throw new Error(`no failure at the end: ${JSON.stringify(collected)}`);
  return { ...last.failure, before: collected.slice(0, -1) };
}
