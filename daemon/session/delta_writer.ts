/**
 * Turns the pieces of text of one turn into delta events: gives each run of one kind its part id and each delta its
 * offset [E4], and lets deltas leave as `coalesce.ts` decides. A delta that may leave leaves within the call: waiting for
 * the end of the tick would cost as much as the commit.
 */
import type { EventDraft } from "@opta/protocol";
import { fullAllowance, leavesNow, refill, spend } from "./coalesce.ts";
import { COALESCE_MS } from "./limits.ts";

type Kind = "text" | "thinking";

export class DeltaWriter {
  readonly #turnId: string;
  readonly #emit: (draft: EventDraft) => void;
  readonly #now: () => number;
  #allowance;
  #kind: Kind | null = null;
  #part = 0;
  #offset = 0;
  #held = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param now milliseconds of a monotonic clock */
  constructor(turnId: string, emit: (draft: EventDraft) => void, now: () => number) {
    this.#turnId = turnId;
    this.#emit = emit;
    this.#now = now;
    this.#allowance = fullAllowance(now());
  }

  push(kind: Kind, text: string): void {
    if (text === "") return;
    if (kind !== this.#kind) this.#beginPart(kind);
    this.#held += text;
    this.#allowance = refill(this.#allowance, this.#now());
    if (leavesNow(this.#allowance, this.#held.length)) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** The next text begins a new part, as after a tool call. */
  endPart(): void {
    this.flush();
    this.#kind = null;
  }

  /** Sends what is held. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#held === "") return;
    const text = this.#held;
    this.#emit({
      event: this.#kind === "text" ? "turn.token" : "turn.thinking",
      payload: { text, turnId: this.#turnId, partId: `p${this.#part}`, offset: this.#offset },
    });
    this.#offset += text.length;
    this.#held = "";
    this.#allowance = spend(this.#allowance);
  }

  #beginPart(kind: Kind): void {
    this.flush();
    this.#kind = kind;
    this.#part++;
    this.#offset = 0;
  }
}
