/**
 * One answer of a fake model server, on whatever transport: waits as its script says, hands pieces to a sink, and ends in
 * the way told or when the client lets go.
 */
import { setImmediate } from "node:timers/promises";
import { promptOf } from "./fake_completions.ts";
import { faultOf, type Piece, piecesOf, type Script } from "./fake_script.ts";
import type { EndOfRun, SeenRequest, StatsBook } from "./fake_stats.ts";
import { sharedNowMs } from "./shared_clock.ts";

/** Where the pieces go. What it returns resolves when there is room for more. */
export interface Sink {
  send(pieces: Piece[]): Promise<void> | void;
  /** The regular end. */
  finish(): void;
  fail(message: string, code: string | null): void;
  comment(): void;
  /** Cuts the connection. */
  drop(): void;
  /** Ends what was sent word for word. */
  close(): void;
}

/** Pieces handed over at a time when they flood: a write of some ten kilobytes. */
const FLOOD_BATCH = 256;
/** By how much Deno's timers are late. */
const TIMER_LAG_MS = 1.15;

export class Run {
  readonly script: Script;
  readonly request: SeenRequest;
  readonly #book: StatsBook;
  readonly #gone = new AbortController();
  #steps = 0;
  #wake: (() => void) | null = null;

  constructor(script: Script, request: SeenRequest, book: StatsBook) {
    this.script = script;
    this.request = request;
    this.#book = book;
  }

  /** Aborts when the client has let go. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Lets `count` held steps pass, now or when they are come to. */
  step(count: number): void {
    this.#steps += count;
    this.#wake?.();
  }

  /** The client let go of the answer; harmless when it has ended already. */
  letGo(how: EndOfRun): void {
    this.#book.end(this.request, how);
    this.#gone.abort();
    this.#wake?.();
  }

  /** What comes before anything is sent. */
  async prefill(): Promise<void> {
    if (this.script.prefill === "manual") await this.#takeStep();
    else if (this.script.prefill > 0) await this.#pause(this.script.prefill);
  }

  /** The answer, from the first piece to the end. */
  async answer(sink: Sink): Promise<void> {
    const { raw } = this.script;
    const fault = faultOf(this.script, this.request.number);
    const pieces = piecesOf(this.script, promptOf(this.request.body).split("\n").at(-1) ?? "");
    const after = fault?.after ?? Infinity;
    await this.#send(pieces, after, sink);
    if (this.gone.aborted) return;
    if (fault) await this.#commit(fault, pieces, sink);
    else if (raw) await this.#endRaw(raw.then, sink);
    else this.#finish(sink);
  }

  async #commit(fault: NonNullable<ReturnType<typeof faultOf>>, rest: Iterator<Piece>, sink: Sink): Promise<void> {
    switch (fault.kind) {
      case "error":
        sink.fail(fault.message, fault.code);
        return this.#book.end(this.request, "failed");
      case "drop":
        sink.drop();
        return this.#book.end(this.request, "dropped");
      case "stall": {
        const timer = fault.commentEveryMs && setInterval(() => sink.comment(), fault.commentEveryMs);
        await this.#takeStep();
        clearInterval(timer);
        await this.#send(rest, Infinity, sink);
        if (!this.gone.aborted) this.#finish(sink);
        return;
      }
      default:
        fault satisfies never;
    }
  }

  async #endRaw(then: "end" | "drop" | "hold", sink: Sink): Promise<void> {
    if (then === "hold") await this.#takeStep();
    if (this.gone.aborted) return;
    if (then === "drop") sink.drop();
    else sink.close();
    this.#book.end(this.request, then === "drop" ? "dropped" : "finished");
  }

  #finish(sink: Sink): void {
    sink.finish();
    this.#book.end(this.request, "finished");
  }

  /** Sends up to `limit` pieces at the script's pace, or until the client lets go. */
  async #send(pieces: Iterator<Piece>, limit: number, sink: Sink): Promise<void> {
    const { pace } = this.script;
    const beganAtMs = performance.now();
    for (let sent = 0; sent < limit && !this.gone.aborted;) {
      const batch = take(pieces, Math.min(limit - sent, await this.#due(sent, beganAtMs)));
      if (this.gone.aborted || batch.length === 0) return;
      this.request.firstSentAtMs ??= sharedNowMs();
      await sink.send(batch);
      sent += batch.length;
      this.request.sent += batch.length;
      if (pace === "manual" || sent === batch.length) this.#book.changed();
    }
  }

  /** Waits until pieces are due, and says how many. Against the clock, so that late timers do not lower the rate. */
  async #due(sent: number, beganAtMs: number): Promise<number> {
    const { pace } = this.script;
    if (pace === "manual") {
      await this.#takeStep();
      return 1;
    }
    if (pace === "flood") {
      if (sent > 0) await setImmediate();
      return FLOOD_BATCH;
    }
    while (!this.gone.aborted) {
      const elapsedMs = performance.now() - beganAtMs;
      const due = Math.floor(elapsedMs * pace / 1_000) + 1 - sent;
      if (due > 0) return due;
      await this.#pause(Math.max(0, sent * 1_000 / pace - elapsedMs - TIMER_LAG_MS));
    }
    return 0;
  }

  /** Waits until a step is allowed or the client lets go. */
  async #takeStep(): Promise<void> {
    while (this.#steps === 0 && !this.gone.aborted) {
      this.#book.hold(this.request, true);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#steps--;
    this.#book.hold(this.request, false);
  }

  /** Waits, or until the client lets go. */
  async #pause(ms: number): Promise<void> {
    if (this.gone.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = () => {
      if (this.gone.aborted) resolve();
    };
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }
}

function take(pieces: Iterator<Piece>, count: number): Piece[] {
  const taken: Piece[] = [];
  while (taken.length < count) {
    const next = pieces.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
