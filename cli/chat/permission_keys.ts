/**
 * What keys do while a request for permission is shown. Pure. Typing ahead never approves a tool [security 13]: a key
 * answers only when none was pressed for a while, and any other key begins that while again.
 *
 *     guarded ── quiet ──► open ── y n s a ──► decided
 *        ▲                  │ └──── d ──► explaining ── Enter ──► decided
 *        └── any other key ─┘
 */
import type { Key } from "./keys.ts";

/** Milliseconds from the painting of a request until keys answer it: nobody reads, decides and types faster. */
export const PAINT_GUARD_MS = 400;
/** Milliseconds without a key after one that was no answer: somebody who writes makes pauses. */
export const TYPING_GUARD_MS = 1_000;

export type AskPhase = "guarded" | "open" | "explaining" | "decided";

export interface Choice {
  decision: "allow" | "deny";
  scope?: "once" | "session" | "always";
}

/** What can be chosen beside yes and no. */
export interface Offers {
  /** It is known what a wider scope would cover. */
  canWiden: boolean;
  /** There is a next message that can say why. */
  canExplain: boolean;
  /** A part of the request is not shown. */
  isFolded: boolean;
}

/** `free`: the key is not for the request. `taken`: it is, and does nothing more. */
export type AskAct = { kind: "free" | "taken" | "unfold" } | { kind: "decide"; choice: Choice };

/** @param isAlone no other key came in the same read; a paste, or what waited in the terminal, comes as many */
export function pressKey(
  phase: AskPhase,
  key: Key,
  isAlone: boolean,
  offers: Offers,
): { phase: AskPhase; act: AskAct } {
  if (phase === "explaining" || phase === "decided") return { phase, act: { kind: "free" } };
  const answer = phase === "open" && isAlone && key.name === "text" ? answers[key.text.toLowerCase()] : undefined;
  const taken = answer?.(offers);
  if (taken) return taken;
  return { phase: "guarded", act: { kind: key.name === "enter" ? "taken" : "free" } };
}

/** The keys, as they are shown. */
export function describeKeys({ canWiden, canExplain, isFolded }: Offers): string {
  return [
    "y yes",
    "n no",
    ...(canWiden ? ["s yes for this session", "a always in this folder"] : []),
    ...(canExplain ? ["d no, and say why"] : []),
    ...(isFolded ? ["v show all"] : []),
  ].join(" · ");
}

type Answer = (offers: Offers) => { phase: AskPhase; act: AskAct } | null;

const decide = (choice: Choice): { phase: AskPhase; act: AskAct } => ({
  phase: "decided",
  act: { kind: "decide", choice },
});

const answers: Readonly<Record<string, Answer>> = {
  y: () => decide({ decision: "allow", scope: "once" }),
  n: () => decide({ decision: "deny" }),
  s: ({ canWiden }) => canWiden ? decide({ decision: "allow", scope: "session" }) : null,
  a: ({ canWiden }) => canWiden ? decide({ decision: "allow", scope: "always" }) : null,
  d: ({ canExplain }) => canExplain ? { phase: "explaining", act: { kind: "taken" } } : null,
  v: ({ isFolded }) => isFolded ? { phase: "guarded", act: { kind: "unfold" } } : null,
};
