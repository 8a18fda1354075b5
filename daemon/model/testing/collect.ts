/** Reads an answer to its end, for tests. */
import type { ModelPart, ModelRequest } from "../model.ts";

/** All parts; text of one kind that follows on itself is joined, so that it does not matter how it came. */
export async function collect(parts: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const collected: ModelPart[] = [];
  for await (const part of parts) join(collected, part);
  return collected;
}

function join(parts: ModelPart[], part: ModelPart): void {
  const last = parts.at(-1);
  if ((part.type === "text" || part.type === "thinking") && last?.type === part.type) last.text += part.text;
  else parts.push({ ...part });
}

/** A question to a model. */
export function ask(model: string, content = "Hello there"): ModelRequest {
  return { model, messages: [{ role: "user", content }] };
}

/** A signal that nobody aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
