/** Puts tool calls together from the pieces in which models send them, and reads their arguments. Pure. */
import { OptaError } from "@opta/protocol";
import type { ModelPart, ToolCall } from "../model/model.ts";
import { readJson } from "../server/read_json.ts";
import { MAX_ARGUMENTS_LENGTH, MAX_CALLS_PER_STEP } from "./limits.ts";

type Piece = Extract<ModelPart, { type: "tool_call" }>;

export class ToolCallCollector {
  readonly #calls: { id: string | null; name: string; pieces: string[]; length: number }[] = [];

  /** @returns whether it was taken: not beyond the bounds of a step */
  push({ index, id, name, argumentsDelta }: Piece): boolean {
    if (index >= MAX_CALLS_PER_STEP) return false;
    const call = this.#calls[index] ??= { id: null, name: "", pieces: [], length: 0 };
    call.id ??= id;
    if (name !== null && call.name !== name) call.name += name; // some servers send it in pieces, some again and again
    call.length += argumentsDelta.length;
    if (call.length > MAX_ARGUMENTS_LENGTH) return false;
    call.pieces.push(argumentsDelta);
    return true;
  }

  /**
   * The calls in the order of their appearance.
   *
   * @param used ids of the turn so far, to which these are added: a call whose server gave no id, or one that it has
   * given before, gets another
   */
  calls(used: Set<string>): ToolCall[] {
    return this.#calls.filter(Boolean).map(({ id, name, pieces }) => {
      const ownId = id !== null && !used.has(id) ? id : `call_${crypto.randomUUID()}`;
      used.add(ownId);
      return { id: ownId, name, arguments: pieces.join("") };
    });
  }
}

/** The arguments of a call; or, for the model, what is wrong with them. */
export function parseArguments(text: string): { args: Record<string, unknown> } | { problem: string } {
  if (text.trim() === "") return { problem: "The call has no arguments. Send a JSON object, {} when there are none." };
  try {
    const args = readJson(text); // what is nested without end could not be written into the log
    if (typeof args === "object" && args !== null && !Array.isArray(args)) {
      return { args: args as Record<string, unknown> };
    }
    return { problem: "The arguments are no JSON object. Send one." };
  } catch (error) {
    if (!(error instanceof OptaError)) throw error;
    const { message } = error.cause instanceof Error ? error.cause : error;
    return { problem: `The arguments are no valid JSON: ${message.replace(/\.?$/, ".")} Send them again.` };
  }
}
