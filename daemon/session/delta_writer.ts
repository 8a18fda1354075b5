/**
 * Turns the pieces of text of one turn into delta events: gives each run of one kind its part id and each delta its
 * offset [E4], and lets deltas leave as `coalesce.ts` decides. Pieces that arrive in the same tick of the event loop,
 * as when one network read holds many, leave as one delta.
 */
import type { EventDraft } from "@opta/protocol";
import { clearImmediate, setImmediate } from "node:timers";
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
  #endOfTick: ReturnType<typeof setImmediate> | null = null;
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
    if (this.#endOfTick) return;
    this.#allowance = refill(this.#allowance, this.#now());
    if (leavesNow(this.#allowance, this.#held.length)) this.#endOfTick = setImmediate(() => this.flush());
    else this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** The next text begins a new part, as after a tool call. */
  endPart(): void {
    this.flush();
    this.#kind = null;
  }

  /** Sends what is held. */
  flush(): void {
    this.#clearWaits();
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

  #clearWaits(): void {
    if (this.#endOfTick) clearImmediate(this.#endOfTick);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#endOfTick = this.#timer = null;
  }
}
