/** The message of a turn, to be asked once more. Pure. */
import type { SessionState, Turn, TurnMode, TurnOverrides } from "@opta/protocol";

/** A message, and how it is to be answered. */
export interface Question {
  content: string;
  mode: TurnMode;
  overrides: TurnOverrides;
}

/**
 * An approval belongs to the turn that carries it [P5]: it is renewed by whoever gave it to this very program alone.
 *
 * @param clientId who asks; `null` for a program that gives no approvals
 */
export function questionOf(turn: Turn, clientId: string | null): Question {
  const { content, mode, overrides: { auto, dangerous, ...overrides } } = turn;
  const approvals = { ...(auto && { auto }), ...(dangerous && { dangerous }) };
  return { content, mode, overrides: turn.clientId === clientId ? { ...overrides, ...approvals } : overrides };
}

/** The turn of a writer that has ended last; `null` when there is none. */
export function lastTurnOf({ turns }: SessionState, writerId: string): Turn | null {
  return turns.findLast((turn) => turn.writerId === writerId) ?? null;
}
