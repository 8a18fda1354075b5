/** Gives up a reader that is offered something and does not come for it for too long [R5]. */
export class StallWatch implements Disposable {
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #offeredAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number, onStall: () => void) {
    this.#limitMs = limitMs;
    this.#onStall = onStall;
  }

  /** Something waits to be taken. One timer serves all that is offered while it runs: this is called for each token. */
  offered(): void {
    this.#offeredAt = performance.now();
    this.#timer ??= setTimeout(() => this.#look(), this.#limitMs);
  }

  /** The reader asks for more. */
  taken(): void {
    this.#offeredAt = null;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#offeredAt === null) return;
    const leftMs = this.#offeredAt + this.#limitMs - performance.now();
    if (leftMs <= 0) this.#onStall();
    else this.#timer = setTimeout(() => this.#look(), leftMs);
  }
}
