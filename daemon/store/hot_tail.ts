/**
 * The end of each log that is being written to, in memory: where it stands, so that an append is checked without a
 * query, and its latest lines, so that followers who keep up never touch the database. Everything here can be read
 * again from the database; whatever is in doubt is dropped.
 */
import { byteLength, pageOf } from "./page.ts";
import type { LogLine, PageLimit } from "./store.ts";

/** Lines of one log held in memory: some hundred deltas, about the time in which a client that lags is resumed. */
export const MAX_TAIL_BYTES = 128 * 1024;
/** Logs held at a time: twice the turns that run at once. With full tails they take 16 MiB. */
export const MAX_HOT_TAILS = 128;

export class HotTail {
  /** Row number of the session in the database. */
  readonly session: number;
  readonly epoch: string;
  #seq: number;
  /** Without a gap; the last one, if there is any, is number `seq`. */
  readonly #lines: LogLine[] = [];
  #bytes = 0;

  constructor(head: { session: number; epoch: string; seq: number }) {
    this.session = head.session;
    this.epoch = head.epoch;
    this.#seq = head.seq;
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  push(text: string): void {
    const line = { seq: ++this.#seq, line: text };
    this.#lines.push(line);
    this.#bytes += byteLength(line);
    while (this.#bytes > MAX_TAIL_BYTES) this.#dropFirst();
  }

  /** The page after `afterSeq`, or `null` when it begins before what is held. */
  page(afterSeq: number, limit: PageLimit): LogLine[] | null {
    const start = afterSeq - this.#seq + this.#lines.length;
    return start < 0 ? null : pageOf(this.#lines, start, limit);
  }

  #dropFirst(): void {
    const first = this.#lines.shift();
    if (first) this.#bytes -= byteLength(first);
  }
}

/** The hot tails by session id; the one that was longest out of use makes room. */
export class HotTails {
  readonly #tails = new Map<string, HotTail>();

  /** @param touch counts as use: for writers, so that a reader of old sessions does not push out live ones */
  get(sessionId: string, touch = false): HotTail | undefined {
    const tail = this.#tails.get(sessionId);
    if (tail && touch) {
      this.#tails.delete(sessionId);
      this.#tails.set(sessionId, tail);
    }
    return tail;
  }

  add(sessionId: string, tail: HotTail): HotTail {
    if (this.#tails.size >= MAX_HOT_TAILS) {
      const oldest = this.#tails.keys().next();
      if (!oldest.done) this.#tails.delete(oldest.value);
    }
    this.#tails.set(sessionId, tail);
    return tail;
  }

  drop(sessionId: string): void {
    this.#tails.delete(sessionId);
  }

  clear(): void {
    this.#tails.clear();
  }
}
