/**
 * One thing at a time that an overlay waits for, such as a call of the daemon: it can be called off, and what goes wrong is
 * kept to be shown in place until the next try.
 */
import { sanitizeLine } from "../../output/sanitize.ts";

export class Work implements Disposable {
  readonly #signal: AbortSignal;
  readonly #onChange: () => void;
  #current: AbortController | null = null;
  #label: string | null = null;
  #problem: string | null = null;

  /** @param signal aborted when the overlay can show nothing more */
  constructor(signal: AbortSignal, onChange: () => void) {
    this.#signal = signal;
    this.#onChange = onChange;
  }

  /** What is being done; `null` for nothing. */
  get label(): string | null {
    return this.#label;
  }

  /** What went wrong at the last try. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Begins, in place of what was under way. Resolves with whether it was done; never rejects. */
  async run(label: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    this.#current?.abort();
    const current = this.#current = new AbortController();
    const signal = AbortSignal.any([this.#signal, current.signal]);
    this.#label = label;
    this.#onChange();
    try {
      await work(signal);
      if (this.#current === current) this.#end(null);
      return !signal.aborted;
    } catch (error) {
      if (this.#current === current) this.#end(signal.aborted ? this.#problem : describe(error));
      return false;
    }
  }

  /** Calls off what is under way. */
  cancel(): void {
    if (!this.#current) return;
    this.#current.abort();
    this.#end(this.#problem);
  }

  /** What went wrong has been read, or does not matter any more. */
  forget(): void {
    if (this.#problem === null) return;
    this.#problem = null;
    this.#onChange();
  }

  [Symbol.dispose](): void {
    this.#current?.abort();
    this.#current = null;
  }

  #end(problem: string | null): void {
    this.#current = null;
    this.#label = null;
    this.#problem = problem;
    this.#onChange();
  }
}

function describe(error: unknown): string {
  return sanitizeLine(error instanceof Error ? error.message : String(error));
}
