/** What "Ask again" asks: the message of a turn, without what was approved for that turn alone [P5]. Pure. */
import type { SessionState, Turn, TurnMode, TurnOverrides } from "@opta/protocol";

export interface Question {
  content: string;
  mode: TurnMode;
  overrides: TurnOverrides;
}

export function questionOf({ content, mode, overrides }: Turn): Question {
  const { auto: _, dangerous: __, ...kept } = overrides;
  return { content, mode, overrides: kept };
}

/** The latest turn of a writer that has ended; `null` when there is none. */
export function lastTurnOf({ turns }: SessionState, writerId: string): Turn | null {
  return turns.findLast((turn) => turn.writerId === writerId) ?? null;
}
