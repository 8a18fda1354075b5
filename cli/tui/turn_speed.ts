/** How fast the running turn writes, as its text shows: the daemon counts when it has ended. */
import type { Turn } from "@opta/protocol";

/** English text has about four characters to a token; what is shown is marked as an estimate. */
const CHARACTERS_PER_TOKEN = 4;
/** Milliseconds that the speed is measured over: long enough to be read, short enough to tell of now. */
const WINDOW_MS = 4_000;
/** Milliseconds between two samples: the window never has more than a few of them. */
const SAMPLE_MS = 200;

export class TurnSpeed {
  #turnId: string | null = null;
  #samples: { atMs: number; length: number }[] = [];

  /** @returns tokens so far and a second, about; `null` while there is no text */
  look(turn: Turn | null, nowMs: number): { tokens: number; perSecond: number } | null {
    if (turn?.turnId !== this.#turnId) {
      this.#turnId = turn?.turnId ?? null;
      this.#samples = [];
    }
    const length = turn ? lengthOf(turn) : 0;
    if (length === 0) return null;
    const latest = this.#samples.at(-1);
    if (!latest || nowMs - latest.atMs >= SAMPLE_MS) this.#samples.push({ atMs: nowMs, length });
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.atMs > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    const seconds = (nowMs - first.atMs) / 1_000;
    return {
      tokens: Math.ceil(length / CHARACTERS_PER_TOKEN),
      perSecond: seconds > 0 ? (length - first.length) / CHARACTERS_PER_TOKEN / seconds : 0,
    };
  }
}

function lengthOf({ parts }: Turn): number {
  return parts.reduce((sum, part) => sum + (part.kind === "tool" ? 0 : part.text.length), 0);
}
