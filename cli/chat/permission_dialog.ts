/**
 * Asks the person at a terminal about the requests of a session, one after another, and passes on what is decided. When
 * another client is first, the time is over or the turn is cancelled, the question goes and it is said what became of it.
 * It draws nothing itself: what stays is given to `say`, and whoever shows it looks at `question`.
 */
import type { Permission, SessionState } from "@opta/protocol";
import type { Clock } from "@opta/protocol/client";
import type { Colors } from "../colors.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { Key } from "./keys.ts";
import {
  type AskPhase,
  type Choice,
  describeKeys,
  type Offers,
  PAINT_GUARD_MS,
  pressKey,
  TYPING_GUARD_MS,
} from "./permission_keys.ts";
import { describeOutcome } from "./permission_outcome.ts";
import { formatRequest, openRequests, optionsOf } from "./permission_request.ts";

export interface DialogOptions {
  /** Who looks, and decides. */
  clientId: string;
  writerId: string;
  colors: Colors;
  clock: Pick<Clock, "after">;
  /** There is a next message that can say why something was denied. */
  canExplain: boolean;
  /** How wide the terminal is now. */
  columns(): number;
  /** Lines that stay. */
  say(text: string): void;
  /** `question` or `isAsking` may have changed. */
  redraw(): void;
  /** Has a request decided; that somebody else was first is no failure. */
  resolve(requestId: string, choice: Choice): Promise<unknown>;
  onError(error: unknown): void;
}

/** The request that is shown. */
interface Asked {
  request: Permission;
  phase: AskPhase;
  hidden: number;
  choice: Choice | null;
}

export class PermissionDialog implements Disposable {
  readonly #options: DialogOptions;
  #state: SessionState | null = null;
  #asked: Asked | null = null;
  #callOff = () => {};

  constructor(options: DialogOptions) {
    this.#options = options;
  }

  /** A request is shown that is not decided here yet. */
  get isAsking(): boolean {
    return this.#asked !== null && this.#asked.phase !== "decided";
  }

  /** What is entered next belongs to the request: an answer to its question, or the reason why it is denied. */
  get isWriting(): "answer" | "reason" | null {
    if (this.#asked?.phase !== "writing") return null;
    return this.#asked.request.needsAnswer ? "answer" : "reason";
  }

  /** The keys that answer; `null` while none does. */
  get question(): string | null {
    if (this.#asked?.phase !== "open") return null;
    const offers = this.#offers(this.#asked);
    return `${offers.answers ? "Your answer?" : "Allow this?"}  ${describeKeys(offers)}`;
  }

  /** Is to be shown every state. Requests that are open already are asked as well [P2]. */
  look(state: SessionState): void {
    const before = this.#state;
    this.#state = state;
    // Of each token, too: it must cost nothing.
    if (before && before.permissions === state.permissions && isSameTurn(before, state)) return;
    const open = openRequests(state);
    const asked = this.#asked;
    if (asked && !open.some(({ requestId }) => requestId === asked.request.requestId)) {
      this.#end();
      const outcome = this.#outcome(state.permissions[asked.request.requestId], asked.choice);
      if (outcome !== null) this.#options.say(outcome);
    }
    if (!this.#asked && open[0]) this.#show({ request: open[0], phase: "guarded", hidden: 0, choice: null }, false);
    else if (asked !== this.#asked) this.#options.redraw();
  }

  /** @returns whether the key was for the request */
  press(key: Key, isAlone: boolean): boolean {
    const asked = this.#asked;
    if (!asked) return false;
    const { phase, act } = pressKey(asked.phase, key, isAlone, this.#offers(asked));
    const isNew = asked.phase !== phase;
    asked.phase = phase;
    if (isNew && this.isWriting) this.#options.say(this.#options.colors.dim(`  ${hints[this.isWriting]}`));
    if (act.kind === "unfold") this.#show(asked, true);
    else if (act.kind === "decide") this.#decide(asked, act.choice);
    else this.#guard(TYPING_GUARD_MS);
    return act.kind !== "free";
  }

  /** What was written has been entered. Without an answer the question is asked again. */
  enter(text: string): void {
    const asked = this.#asked;
    if (!asked || !this.isWriting) return;
    const answer = text.trim();
    if (this.isWriting === "reason") return this.#decide(asked, { decision: "deny" });
    if (answer !== "") return this.#decide(asked, { decision: "allow", answer });
    asked.phase = "guarded";
    this.#guard(PAINT_GUARD_MS);
  }

  /** Shows the request again, as after the screen was cleared; keys count only after the guard time. */
  reshow(): void {
    if (this.#asked && this.isAsking) this.#show(this.#asked, this.#asked.hidden === 0);
  }

  /** Asks no more, and decides nothing; what is open in the next session is asked anew. */
  reset(): void {
    this.#end();
    this.#state = null;
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  #show(asked: Asked, isUnfolded: boolean): void {
    const { colors, clientId, columns, say } = this.#options;
    if (!this.#state) return;
    const view = { colors, clientId, columns: columns(), isUnfolded };
    const { text, hidden } = formatRequest(asked.request, this.#state, view);
    this.#asked = asked;
    asked.hidden = hidden;
    if (asked.phase !== "writing") asked.phase = "guarded";
    say(text);
    this.#guard(PAINT_GUARD_MS);
  }

  /** Lets keys answer after so many milliseconds; called again before that, it begins anew. */
  #guard(ms: number): void {
    const asked = this.#asked;
    this.#callOff();
    this.#callOff = () => {};
    if (asked?.phase === "guarded") {
      this.#callOff = this.#options.clock.after(ms, () => {
        asked.phase = "open";
        this.#options.redraw();
      });
    }
    this.#options.redraw();
  }

  #decide(asked: Asked, choice: Choice): void {
    Object.assign(asked, { phase: "decided", choice });
    this.#callOff();
    this.#options.redraw();
    this.#options.resolve(asked.request.requestId, choice).catch((error) => {
      if (this.#asked !== asked) return;
      this.#options.onError(error);
      Object.assign(asked, { phase: "guarded", choice: null });
      this.#guard(TYPING_GUARD_MS);
    });
  }

  #end(): void {
    this.#callOff();
    this.#asked = null;
  }

  #offers({ request, hidden }: Asked): Offers {
    const { canExplain } = this.#options;
    const answers = request.needsAnswer ? optionsOf(request) : null;
    return { canWiden: request.rule !== undefined, canExplain, isFolded: hidden > 0, answers };
  }

  /** What became of a request; `null` when its turn says so itself. */
  #outcome(permission: Permission | undefined, choice: Choice | null): string | null {
    const { colors: { dim, yellow }, writerId } = this.#options;
    const outcome = permission ? describeOutcome(permission) : null;
    if (!outcome) return null;
    const isHere = outcome.decidedBy === writerId && choice?.decision === permission?.resolved?.decision;
    if (outcome.decidedBy === null) return yellow(`  ${outcome.what}`);
    return isHere ? dim(`  ${outcome.what}`) : yellow(`  ${outcome.what} (${sanitizeLine(outcome.decidedBy)})`);
  }
}

const hints = {
  reason: "Enter denies it, and sends what you write as the next message",
  answer: "Enter sends what you write as the answer",
} as const;

function isSameTurn({ active: a }: SessionState, { active: b }: SessionState): boolean {
  return a?.turnId === b?.turnId && a?.cancelRequested === b?.cancelRequested;
}
