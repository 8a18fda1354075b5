/**
 * Which request for permission is asked now, and what keys do to it: one after another, until each is decided, here or
 * elsewhere. It draws nothing: whoever shows a request says when it stands on the screen, and only then does the guard
 * time begin after which keys count [security 13].
 */
import type { Permission, SessionState } from "@opta/protocol";
import type { Clock } from "@opta/protocol/client";
import {
  type AnswerKey,
  type AskAct,
  type AskPhase,
  type Choice,
  type Offers,
  PAINT_GUARD_MS,
  pressKey,
  TYPING_GUARD_MS,
} from "./permission_keys.ts";
import { openRequests } from "./open_requests.ts";
import { optionsOf } from "./request_body.ts";

export interface AskingOptions {
  clock: Pick<Clock, "after">;
  /** There is a next message that can say why something was denied. */
  canExplain: boolean;
  /** A request is to be shown; `painted()` is awaited. */
  onAsk(asked: Asked): void;
  /** A request is open no more; `choice` is what was chosen here. */
  onGone(permission: Permission | undefined, choice: Choice | null): void;
  /** What can be pressed has changed, or whether something is asked. */
  onChange(): void;
  /** Has a request decided; that somebody else was first is no failure. */
  resolve(requestId: string, choice: Choice): Promise<unknown>;
  onError(error: unknown): void;
}

/** The request that is asked. */
export interface Asked {
  readonly request: Permission;
  /** Of which it is a part. */
  readonly state: SessionState;
  readonly phase: AskPhase;
  /** A part of it is left out until a key asks for it. */
  readonly isFolded: boolean;
  readonly choice: Choice | null;
}

export class PermissionAsking implements Disposable {
  readonly #options: AskingOptions;
  #state: SessionState | null = null;
  #asked: Asked | null = null;
  #callOff = () => {};
  /** Keys were for something else a moment ago. */
  #isTyping = false;
  #forgetTyping = () => {};
  #canWiden = true;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  get asked(): Asked | null {
    return this.#asked;
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

  /** What can be chosen; `null` while nothing is asked. */
  get offers(): Offers | null {
    const { canExplain } = this.#options;
    if (!this.#asked) return null;
    const { request, isFolded } = this.#asked;
    const answers = request.needsAnswer ? optionsOf(request) : null;
    return { canWiden: request.rule !== undefined && this.#canWiden, canExplain, isFolded, answers };
  }

  /** Requests that wait behind the one that is asked. */
  get waiting(): number {
    return this.#state && this.#asked ? Math.max(0, openRequests(this.#state).length - 1) : 0;
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
      this.#options.onGone(state.permissions[asked.request.requestId], asked.choice);
    }
    if (!this.#asked && open[0]) this.#ask(open[0], state);
    else if (asked !== this.#asked || before?.permissions !== state.permissions) this.#options.onChange();
  }

  /** @returns what the key does; only what is `free` may do something elsewhere */
  press(key: AnswerKey, isAlone: boolean): AskAct {
    const { offers } = this;
    const asked = this.#asked;
    if (!asked || !offers) {
      this.#type();
      return { kind: "free" };
    }
    const { phase, act } = pressKey(asked.phase, key, isAlone, offers);
    this.#asked = { ...asked, phase };
    if (act.kind === "decide") this.#decide(act.choice);
    else {
      if (act.kind === "free" && phase !== "writing") this.#type();
      if (phase === "guarded") this.#guard(TYPING_GUARD_MS);
      else if (phase !== asked.phase) this.#options.onChange();
    }
    return act;
  }

  /** What was written has been entered. Without an answer the question is asked again. */
  enter(text: string): void {
    if (!this.#asked || !this.isWriting) return;
    const answer = text.trim();
    if (this.isWriting === "reason") return this.#decide({ decision: "deny" });
    if (answer !== "") return this.#decide({ decision: "allow", answer });
    this.#asked = { ...this.#asked, phase: "guarded" };
    this.#guard(PAINT_GUARD_MS);
  }

  /**
   * The request stands on the screen. Said again, it begins no guard time anew.
   *
   * @param canWiden what a wider answer would cover stands there as well
   */
  painted(canWiden = true): void {
    const isNew = this.#canWiden !== canWiden;
    this.#canWiden = canWiden;
    if (this.#asked?.phase !== "unseen") {
      if (isNew) this.#options.onChange();
      return;
    }
    this.#asked = { ...this.#asked, phase: "guarded" };
    this.#guard(this.#isTyping ? TYPING_GUARD_MS : PAINT_GUARD_MS);
  }

  /** Other lines of it are to be shown, or it stands there no more: no key counts until it is painted again. */
  unseen(isFolded = this.#asked?.isFolded ?? false): void {
    if (!this.#asked || !this.isAsking) return;
    this.#callOff();
    const phase = this.#asked.phase === "writing" ? "writing" : "unseen";
    this.#asked = { ...this.#asked, phase, isFolded };
    this.#options.onChange();
  }

  /** Asks no more, and decides nothing; what is open in the next session is asked anew. */
  reset(): void {
    this.#end();
    this.#forgetTyping();
    this.#isTyping = false;
    this.#state = null;
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  #ask(request: Permission, state: SessionState): void {
    this.#asked = { request, state, phase: "unseen", isFolded: false, choice: null };
    this.#canWiden = true;
    this.#options.onAsk(this.#asked);
  }

  /** Lets keys answer after so many milliseconds; called again before that, it begins anew. */
  #guard(ms: number): void {
    this.#callOff();
    this.#callOff = this.#options.clock.after(ms, () => {
      if (this.#asked?.phase === "guarded") this.#asked = { ...this.#asked, phase: "open" };
      this.#options.onChange();
    });
    this.#options.onChange();
  }

  /** Somebody who types now goes on when a request comes up. */
  #type(): void {
    this.#forgetTyping();
    this.#isTyping = true;
    this.#forgetTyping = this.#options.clock.after(TYPING_GUARD_MS, () => this.#isTyping = false);
  }

  #decide(choice: Choice): void {
    const decided = this.#asked!;
    const { requestId } = decided.request;
    this.#asked = { ...decided, phase: "decided", choice };
    this.#callOff();
    this.#options.onChange();
    this.#options.resolve(requestId, choice).catch((error) => {
      if (this.#asked?.request.requestId !== requestId) return;
      this.#options.onError(error);
      this.#asked = { ...this.#asked, phase: "guarded", choice: null };
      this.#guard(TYPING_GUARD_MS);
    });
  }

  #end(): void {
    this.#callOff();
    this.#asked = null;
  }
}

function isSameTurn({ active: a }: SessionState, { active: b }: SessionState): boolean {
  return a?.turnId === b?.turnId && a?.cancelRequested === b?.cancelRequested;
}
