/**
 * What keys do while a request for permission is shown. Pure. Typing ahead never approves a tool [security 13]: a key
 * answers only when none was pressed for a while, and any other key begins that while again.
 *
 *     unseen ── painted ──► guarded ── quiet ──► open ── y n s a, or the number of an answer ──► decided
 *       ▲                      ▲                  │ └──── d, w ──► writing ── Enter ──► decided
 *       └─ v, other lines      └── any other key ─┴────── Escape ────┘
 */
/** A key as any decoder names it: `text` with what it writes, `escape`, `enter`, or another one that answers nothing. */
export interface AnswerKey {
  readonly name: string;
  readonly text?: string;
}

/** Milliseconds from the painting of a request until keys answer it: nobody reads, decides and types faster. */
export const PAINT_GUARD_MS = 400;
/** Milliseconds without a key after one that was no answer: somebody who writes makes pauses. */
export const TYPING_GUARD_MS = 1_000;

export type AskPhase = "unseen" | "guarded" | "open" | "writing" | "decided";

export interface Choice {
  decision: "allow" | "deny";
  scope?: "once" | "session" | "always";
  /** To a question. */
  answer?: string;
}

/** What can be chosen beside yes and no. */
export interface Offers {
  /** It is known what a wider scope would cover. */
  canWiden: boolean;
  /** There is a next message that can say why. */
  canExplain: boolean;
  /** A part of the request is not shown. */
  isFolded: boolean;
  /** It is a question, and these are the answers to choose from; another one can be written. */
  answers: readonly string[] | null;
}

/** `free`: the key is not for the request. `taken`: it is, and does nothing more. */
export type AskAct = { kind: "free" | "taken" | "unfold" } | { kind: "decide"; choice: Choice };

/** @param isAlone no other key came in the same read; a paste, or what waited in the terminal, comes as many */
export function pressKey(
  phase: AskPhase,
  key: AnswerKey,
  isAlone: boolean,
  offers: Offers,
): { phase: AskPhase; act: AskAct } {
  if (phase === "writing" && key.name === "escape") return { phase: "guarded", act: { kind: "taken" } };
  if (phase === "writing" || phase === "decided") return { phase, act: { kind: "free" } };
  const taken = phase === "open" && isAlone && key.name === "text"
    ? meaningOf((key.text ?? "").toLowerCase(), offers)
    : null;
  if (taken) return taken;
  return { phase: phase === "unseen" ? phase : "guarded", act: { kind: key.name === "enter" ? "taken" : "free" } };
}

/** The keys, as they are shown. */
export function describeKeys({ canWiden, canExplain, isFolded, answers }: Offers): string {
  const showAll = isFolded ? ["v show all"] : [];
  if (answers) {
    const count = answers.length;
    return [
      ...(count > 0 ? [`1 to ${count} choose`] : []),
      "w write an answer",
      "n no answer",
      ...showAll,
    ].join(" · ");
  }
  return [
    "y yes",
    "n no",
    ...(canWiden ? ["s yes for this session", "a always in this folder"] : []),
    ...(canExplain ? ["d no, and say why"] : []),
    ...showAll,
  ].join(" · ");
}

type Pressed = ReturnType<typeof pressKey>;

const decide = (choice: Choice): Pressed => ({ phase: "decided", act: { kind: "decide", choice } });
const write: Pressed = { phase: "writing", act: { kind: "taken" } };

function meaningOf(key: string, { canWiden, canExplain, isFolded, answers }: Offers): Pressed | null {
  if (key === "v" && isFolded) return { phase: "unseen", act: { kind: "unfold" } };
  if (key === "n") return decide({ decision: "deny" });
  if (answers) {
    const answer = /^[1-9]$/.test(key) ? answers[Number(key) - 1] : undefined;
    if (answer !== undefined) return decide({ decision: "allow", answer });
    return key === "w" ? write : null;
  }
  if (key === "y") return decide({ decision: "allow", scope: "once" });
  if (key === "s" && canWiden) return decide({ decision: "allow", scope: "session" });
  if (key === "a" && canWiden) return decide({ decision: "allow", scope: "always" });
  return key === "d" && canExplain ? write : null;
}
