/** What happens beside the turns of a session, in words: processes that begin and end, undone changes, another model. */
import type { SessionState, Undone } from "@opta/protocol";
import { describeProcess } from "../../chat/transcript.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import { describeCompaction, describeUndone } from "./turn_lines.ts";

type Seen = Pick<SessionState, "model" | "background" | "undone" | "compaction">;

export class SessionRemarks {
  #seen: Seen;

  /** @param state what is known already */
  constructor(state: Seen) {
    this.#seen = state;
  }

  /** What is new in this state. */
  look(state: Seen): string[] {
    const before = this.#seen;
    this.#seen = {
      model: state.model,
      background: state.background,
      undone: state.undone,
      compaction: state.compaction,
    };
    return [
      ...(before.background === state.background ? [] : processRemarks(before.background, state.background)),
      ...(before.undone === state.undone ? [] : newUndone(before.undone ?? [], state.undone ?? []).map(describeUndone)),
      ...compactionRemarks(before.compaction, state.compaction),
      ...(before.model === state.model ? [] : [modelRemark(state.model)]),
    ];
  }
}

function processRemarks(before: Seen["background"], after: Seen["background"]): string[] {
  return Object.entries(after).flatMap(([id, process]) => {
    const known = Object.hasOwn(before, id) ? before[id] : undefined;
    return known?.state === process.state ? [] : [describeProcess({ process, reason: process.state })];
  });
}

/** The list keeps the latest ones only: where the end of the old one meets the new one, the rest is new. */
function newUndone(before: readonly Undone[], after: readonly Undone[]): Undone[] {
  const texts = before.map((undone) => JSON.stringify(undone));
  const next = after.map((undone) => JSON.stringify(undone));
  for (let shared = Math.min(texts.length, next.length); shared > 0; shared--) {
    if (texts.slice(-shared).every((text, at) => text === next[at])) return after.slice(shared);
  }
  return texts.length === 0 ? [...after] : [];
}

function compactionRemarks(before: Seen["compaction"], after: Seen["compaction"]): string[] {
  const isSame = before === after ||
    (before?.throughTurnId === after?.throughTurnId && before?.summary === after?.summary);
  return isSame || !after ? [] : [describeCompaction(after)];
}

function modelRemark(model: string | null): string {
  return `the model of this session is now ${model === null ? "the daemon's choice" : sanitizeLine(model)}`;
}
