/** What of a change of a session is said aloud: that an answer has begun, and how it has ended. */
import { answerOf, type SessionState, type Turn } from "@opta/protocol";
import type { Announcer } from "./announcer.ts";

/** UTF-16 units of an answer that are read out; all of it stands in the transcript. */
const MAX_READ_OUT = 280;

export function announceChange(before: SessionState, state: SessionState, announcer: Announcer): void {
  if (before.sessionId !== state.sessionId || before.epoch !== state.epoch) return;
  const ended = state.turns.length > before.turns.length ? state.turns.at(-1) : undefined;
  if (ended && before.turns.length > 0 || ended && before.active?.turnId === ended.turnId) {
    announcer.say(endText(ended));
  } else if (state.active && state.active.turnId !== before.active?.turnId) announcer.say("The answer begins");
}

function endText(turn: Turn): string {
  const { end } = turn;
  if (end?.kind === "error") return `The turn failed: ${end.message}`;
  if (end?.finishReason === "cancelled") return "Cancelled";
  const answer = answerOf(turn).trim();
  return answer.length <= MAX_READ_OUT
    ? answer
    : `${answer.slice(0, MAX_READ_OUT)} … The rest stands in the transcript`;
}
