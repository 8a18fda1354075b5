/** Counts how model servers were reached: the share of each transport, and what made a request go another way or again. */
import type { ModelTraffic } from "@opta/protocol";

export class ModelCounters {
  readonly #requests = new Map<string, number>();
  readonly #fallbacks = new Map<string, number>();
  readonly #retries = new Map<string, number>();

  /** A request was sent; once for each, by the transport that it ended on. */
  request(transport: string): void {
    increment(this.#requests, transport);
  }

  /** A request goes on by another way; `reason` is one word. */
  fallback(reason: string): void {
    increment(this.#fallbacks, reason);
  }

  /** A request is sent once more, after a failure of this code. */
  retry(code: string): void {
    increment(this.#retries, code);
  }

  read(): ModelTraffic {
    return {
      requests: Object.fromEntries(this.#requests),
      fallbacks: Object.fromEntries(this.#fallbacks),
      retries: Object.fromEntries(this.#retries),
    };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
