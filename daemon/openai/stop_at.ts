/**
 * Ends an answer at the first of some texts, which may come in pieces: what could be the beginning of one is held back until
 * it is known not to be. Nothing longer than the longest of them is ever held.
 */
import type { ModelPart } from "../model/model.ts";

export async function* stopAt(parts: AsyncIterable<ModelPart>, stops: readonly string[]): AsyncGenerator<ModelPart> {
  let held = "";
  for await (const part of parts) {
    if (part.type !== "text") {
      if (held !== "" && part.type === "finish") yield { type: "text", text: held };
      yield part;
      continue;
    }
    const text = held + part.text;
    const at = firstOf(text, stops);
    if (at !== null) {
      if (at > 0) yield { type: "text", text: text.slice(0, at) };
      return yield { type: "finish", reason: "stop" };
    }
    const keep = beginningAtEnd(text, stops);
    held = text.slice(text.length - keep);
    if (text.length > keep) yield { type: "text", text: text.slice(0, text.length - keep) };
  }
}

function firstOf(text: string, stops: readonly string[]): number | null {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : null;
}

/** How much of the end of a text is the beginning of a stop. */
function beginningAtEnd(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
