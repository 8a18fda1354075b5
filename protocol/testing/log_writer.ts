/** Writes the log of one session in memory, for tests: lines as the daemon stores them, and what they fold to. */
import type { EventDraft } from "../event.ts";
import { parseEvent } from "../event.ts";
import { fold } from "../fold.ts";
import { initialState, type SessionState } from "../state.ts";

const START_MS = Date.UTC(2026, 0, 1);

export class LogWriter {
  readonly sessionId: string;
  #epoch: string;
  #lines: string[] = [];
  #state: SessionState;

  constructor(sessionId = "s1", epoch = "e1") {
    this.sessionId = sessionId;
    this.#epoch = epoch;
    this.#state = initialState(sessionId, epoch);
  }

  get epoch(): string {
    return this.#epoch;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get headSeq(): number {
    return this.#lines.length;
  }

  /** What all of the lines fold to. */
  get state(): SessionState {
    return this.#state;
  }

  append(draft: EventDraft): string {
    return this.#add(draft.event, draft.payload);
  }

  /** An event of a later version [E7]. */
  appendUnknown(name: string): string {
    return this.#add(name, { anything: [name] });
  }

  /** Begins another history with what is left of this one [E2]. */
  rewrite(keepThrough: number, epoch: string): void {
    const kept = this.#lines.slice(0, keepThrough);
    this.#epoch = epoch;
    this.#lines = kept.map((line) => JSON.stringify({ ...JSON.parse(line), epoch }));
    this.#state = this.#lines.reduce(
      (state, line) => fold(state, parseEvent(JSON.parse(line))),
      initialState(this.sessionId, epoch),
    );
  }

  /** The envelope that a subscriber gets in place of the past [R2]. */
  snapshotLine(): string {
    const payload = { sessionId: this.sessionId, asOfSeq: this.headSeq, state: this.#state };
    return this.#envelope("session.snapshot", this.headSeq, payload);
  }

  #add(event: string, payload: unknown): string {
    const line = this.#envelope(event, this.headSeq + 1, payload);
    this.#lines.push(line);
    this.#state = fold(this.#state, parseEvent(JSON.parse(line)));
    return line;
  }

  #envelope(event: string, seq: number, payload: unknown): string {
    const ts = new Date(START_MS + seq).toISOString();
    const { sessionId, epoch } = this;
    return JSON.stringify({ v: "3", event, daemonId: "d1", sessionId, epoch, seq, ts, payload });
  }
}
