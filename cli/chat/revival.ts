/**
 * Keeps a chat alive when its daemon goes: whoever reconnects asks here for the daemon, and after a grace time a new one
 * is started. The grace leaves room for `opta daemon restart`, which starts one with its own settings.
 */
import type { ConnectionState, EndpointSource } from "@opta/protocol/client";

/** Milliseconds without a connection after which nobody else is expected to bring the daemon back. */
const GRACE_MS = 2_000;

export interface RevivalOptions {
  find: EndpointSource;
  /** Starts a daemon unless one runs. */
  start(signal: AbortSignal): Promise<unknown>;
  /** A start has failed; called once for each reason in a row. */
  onFailure(message: string): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Ends what runs in this process for it. */
  close?(): PromiseLike<void>;
}

export class Revival implements AsyncDisposable {
  readonly #options: RevivalOptions;
  #downSinceMs: number | null = null;
  #failure: string | null = null;

  constructor(options: RevivalOptions) {
    this.#options = options;
  }

  /** Is to be told of every change of the connection. */
  watch({ kind }: ConnectionState): void {
    if (kind === "waiting") this.#downSinceMs ??= this.#options.now();
    else if (kind === "live") this.#downSinceMs = this.#failure = null;
  }

  readonly endpoint: EndpointSource = async (signal) => {
    const { find, now } = this.#options;
    if (this.#downSinceMs !== null && now() - this.#downSinceMs >= GRACE_MS) await this.#start(signal);
    return await find(signal);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.close?.();
  }

  async #start(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.start(signal);
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      if (message !== this.#failure) this.#options.onFailure(message);
      this.#failure = message;
      throw error;
    }
  }
}
