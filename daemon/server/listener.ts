/**
 * Keeps listening. Accepting ends for good when the process has no descriptor left, and whoever opens connections and
 * says nothing can bring that about; the log and the running turns must not end with it. So what was open is cut, which
 * gives its descriptors back, and after a pause the same port is listened on again.
 *
 *     listening ── accepting fails ──► cut, pause ──► listening
 *                                          └── too often in a row ──► lost
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../session/report.ts";
import { LISTEN_STEADY_MS, MAX_LISTEN_FAILURES, MAX_LISTEN_PAUSE_MS, MIN_LISTEN_PAUSE_MS } from "./limits.ts";

/** Listens on one of these ports; the signal cuts all that is open. */
export type Serve = (ports: readonly number[], signal: AbortSignal) => Deno.HttpServer<Deno.NetAddr>;

/** How long to wait before listening again: twice as long after each failure. */
interface Pause {
  minPauseMs: number;
  maxPauseMs: number;
}

const PAUSE: Pause = { minPauseMs: MIN_LISTEN_PAUSE_MS, maxPauseMs: MAX_LISTEN_PAUSE_MS };

export class Listener {
  readonly port: number;
  readonly #serve: Serve;
  readonly #report: Report;
  readonly #pause: Pause;
  readonly #lost = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  #http: Deno.HttpServer<Deno.NetAddr> | null;
  #cut = new AbortController();

  /** Listens at once; what that throws is thrown. */
  constructor(serve: Serve, ports: readonly number[], report: Report, pause = PAUSE) {
    this.#serve = serve;
    this.#report = report;
    this.#pause = pause;
    this.#http = serve(ports, this.#cut.signal);
    this.port = this.#http.addr.port;
    void this.#keep();
  }

  /** Resolves when it has given up listening, and never otherwise. */
  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  /** Accepts no more and lets requests end. */
  async shutdown(): Promise<void> {
    this.#stop.abort();
    await this.#http?.shutdown();
  }

  /** Ends what is open. */
  abort(): void {
    this.#stop.abort();
    this.#cut.abort();
  }

  async #keep(): Promise<void> {
    for (let failures = 1;; failures++) {
      const since = performance.now();
      const failure = await this.#listen();
      if (failure === null || this.#stop.signal.aborted) return;
      this.#http = null;
      this.#cut.abort();
      if (performance.now() - since > LISTEN_STEADY_MS) failures = 1;
      const facts = { port: this.port, failures, error: String(failure) };
      if (failures > MAX_LISTEN_FAILURES || failure instanceof Deno.errors.NotCapable) { // no pause mends a permission
        this.#report("error", "No connections can be taken any more; given up", facts);
        return this.#lost.resolve();
      }
      this.#report("error", "No connections can be taken; listening again after a pause", facts);
      const pauseMs = Math.min(this.#pause.maxPauseMs, this.#pause.minPauseMs * 2 ** (failures - 1));
      await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => {}); // stopped: seen below
      if (this.#stop.signal.aborted) return;
    }
  }

  /** Resolves when it no longer listens: with the reason, or with `null` after a shutdown. */
  async #listen(): Promise<unknown> {
    try {
      if (!this.#http) {
        this.#cut = new AbortController();
        this.#http = this.#serve([this.port], this.#cut.signal);
      }
      await this.#http.finished;
      return null;
    } catch (error) {
      return error;
    }
  }
}
