/** Puts a request together from what a session and its turn hold, whole or in less room. Pure. */
import type { ModelMessage } from "../model/model.ts";
import type { History } from "../session/history.ts";
import { shortenEarlierResults, shortenResults } from "./shorten_results.ts";
import { summaryMessages } from "./summary.ts";

export interface RequestParts {
  /** Opta's own; `null` for none. */
  system: string | null;
  history: History;
  /** The message of the turn, and what came of it so far. */
  own: readonly ModelMessage[];
}

/**
 * `whole`: as it was said. `shortened`: results of tools that the model has read are cut. `least`: those that it has not
 * read, too.
 */
export type Fit = "whole" | "shortened" | "least";

export function requestMessages({ system, history, own }: RequestParts, fit: Fit): ModelMessage[] {
  const before = [...opening(history), ...history.turns.flatMap(({ messages }) => messages)];
  switch (fit) {
    case "whole":
      return [...systemMessage(system, history), ...before, ...own];
    case "shortened":
      return [...systemMessage(system, history), ...shortenResults(before), ...shortenEarlierResults(own)];
    case "least":
      return [...systemMessage(system, history), ...shortenResults(before), ...shortenResults(own)];
    default:
      return fit satisfies never;
  }
}

/** What comes before the turns of a history. */
export function opening({ imported, summary }: History): ModelMessage[] {
  return [...imported, ...(summary === null ? [] : summaryMessages(summary))];
}

/** One message: templates of many models refuse a second one. */
function systemMessage(system: string | null, history: History): ModelMessage[] {
  const content = [system ?? "", history.system].filter((text) => text !== "").join("\n\n");
  return content === "" ? [] : [{ role: "system", content }];
}
