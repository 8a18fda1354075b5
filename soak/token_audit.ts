/**
 * Counts what became of the numbered tokens of one answer, in the pieces in which it comes. Pure. A token that is passed over
 * is missing; when it comes after all it was out of order, and when it does not it is lost.
 */

export interface TokenCounts {
  received: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  /** What is no token of this answer. */
  foreign: number;
}

export function noTokens(): TokenCounts {
  return { received: 0, lost: 0, doubled: 0, outOfOrder: 0, foreign: 0 };
}

export function addCounts(sum: TokenCounts, more: TokenCounts): void {
  for (const key of Object.keys(sum) as (keyof TokenCounts)[]) sum[key] += more[key];
}

export class TokenAudit {
  readonly #prefix: string;
  readonly #counts = noTokens();
  readonly #missing = new Set<number>();
  #next = 0;
  #rest = "";

  /** @param question what the tokens of the answer begin with */
  constructor(question: string) {
    this.#prefix = `${question}:`;
  }

  text(piece: string): void {
    const tokens = (this.#rest + piece).split(" ");
    this.#rest = tokens.pop() ?? "";
    for (const token of tokens) this.#token(token);
  }

  /**
   * What has come by now.
   *
   * @param expected how many should have come; those of them that have not are lost
   */
  counts(expected: number): TokenCounts {
    const lost = this.#missing.size + Math.max(0, expected - this.#next);
    return { ...this.#counts, lost, foreign: this.#counts.foreign + (this.#rest === "" ? 0 : 1) };
  }

  #token(token: string): void {
    const number = token.startsWith(this.#prefix) ? Number(token.slice(this.#prefix.length)) : NaN;
    if (!Number.isSafeInteger(number) || number < 0) {
      this.#counts.foreign++;
    } else if (number < this.#next && !this.#missing.delete(number)) {
      this.#counts.doubled++;
    } else {
      this.#counts.received++;
      if (number < this.#next) this.#counts.outOfOrder++;
      for (; this.#next < number; this.#next++) this.#missing.add(this.#next);
      this.#next = Math.max(this.#next, number + 1);
    }
  }
}
