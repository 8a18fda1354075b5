/**
 * When a frame is drawn: what streams is shown at most so many times a second, a key at once.
 *
 *     change ──► soon() ──► the frame is due ──► what waits for it, then draw
 *     key ─────► now() ───────────────────────────────────┘
 */
import type { Clock } from "@opta/protocol/client";
import type { Schedule } from "@opta/view/session_store";

/** Milliseconds from one frame to the next: 60 a second. */
const FRAME_MS = 1_000 / 60;

export interface FramesOptions {
  draw(): void;
  clock: Pick<Clock, "after">;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

export class Frames implements Disposable {
  readonly #options: FramesOptions;
  readonly #waiting = new Set<() => void>();
  #callOff: (() => void) | null = null;
  #lastMs = -Infinity;
  #isClosed = false;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  /** For whoever gathers changes until the frame is due. */
  readonly schedule: Schedule = (draw) => {
    this.#waiting.add(draw);
    this.soon();
    return () => this.#waiting.delete(draw);
  };

  soon(): void {
    if (this.#callOff || this.#isClosed) return;
    const { clock, now } = this.#options;
    const waitMs = Math.max(0, this.#lastMs + FRAME_MS - now());
    this.#callOff = clock.after(waitMs, () => this.now());
  }

  now(): void {
    this.#callOff?.();
    this.#callOff = null;
    if (this.#isClosed) return;
    this.#lastMs = this.#options.now();
    for (const look of [...this.#waiting]) {
      this.#waiting.delete(look);
      look();
    }
    this.#options.draw();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#callOff?.();
    this.#callOff = null;
  }
}
