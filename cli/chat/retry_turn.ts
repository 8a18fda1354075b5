/** What `/retry` asks again: the message of this writer whose turn ended last, whichever way it ended. Pure. */
import type { SessionState, TurnMode, TurnOverrides } from "@opta/protocol";
import { CliError } from "../exit.ts";

/** A message, and how it is to be answered. */
export interface Question {
  content: string;
  mode: TurnMode;
  overrides: TurnOverrides;
}

export interface Asker {
  clientId: string;
  writerId: string;
}

/** @throws {CliError} when there is nothing to ask again, or its answer is still on its way */
export function questionAgain({ turns, active, queue }: SessionState, { clientId, writerId }: Asker): Question {
  const isOwn = (turn: { writerId: string }) => turn.writerId === writerId;
  if ([...(active ? [active] : []), ...queue].some(isOwn)) {
    throw new CliError("Your last message is not answered yet: /cancel ends that");
  }
  const turn = turns.findLast(isOwn);
  if (!turn) throw new CliError("You have asked nothing in this session yet");
  const { content, mode, overrides: { auto, dangerous, ...overrides } } = turn;
  // An approval belongs to the turn that carries it [P5]; it is renewed by whoever gave it to this very program alone.
  const approvals = { ...(auto && { auto }), ...(dangerous && { dangerous }) };
  return { content, mode, overrides: turn.clientId === clientId ? { ...overrides, ...approvals } : overrides };
}
