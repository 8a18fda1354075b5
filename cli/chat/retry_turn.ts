/** What `/retry` asks again: the message of this writer whose turn ended last, whichever way it ended. Pure. */
import type { SessionState } from "@opta/protocol";
import { lastTurnOf, type Question, questionOf } from "@opta/view/question_again";
import { CliError } from "../exit.ts";

export interface Asker {
  clientId: string;
  writerId: string;
}

/** @throws {CliError} when there is nothing to ask again, or its answer is still on its way */
export function questionAgain(state: SessionState, { clientId, writerId }: Asker): Question {
  const { active, queue } = state;
  if ([...(active ? [active] : []), ...queue].some((turn) => turn.writerId === writerId)) {
    throw new CliError("Your last message is not answered yet: /cancel ends that");
  }
  const turn = lastTurnOf(state, writerId);
  if (!turn) throw new CliError("You have asked nothing in this session yet");
  return questionOf(turn, clientId);
}
