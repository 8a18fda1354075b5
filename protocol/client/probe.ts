/**
 * Looks whether a WebSocket works, beside an event stream that goes on meanwhile: it subscribes from where the view
 * stands, and is good once it has delivered everything up to the head. What it delivers is folded in like that of the
 * stream, for an event that was seen does nothing. A good one takes over, so nothing is sent twice and nothing is missed.
 */
import type { ControlFrame } from "../control.ts";
import type { OptaEvent, UnknownEvent } from "../event.ts";
import type { OpenStream, Stream, StreamFrame, StreamRequest, StreamSink } from "./stream.ts";

type ReplayComplete = Extract<ControlFrame, { type: "replay.complete" }>;

export interface ProbeOptions {
  /** Finds the daemon. */
  request(signal: AbortSignal): Promise<StreamRequest>;
  /** Opens a WebSocket. */
  open: OpenStream;
  /** Folds an event in; says whether it belonged there. */
  take(event: OptaEvent | UnknownEvent): boolean;
  /** Whether the view holds all of this. */
  isComplete(frame: ReplayComplete): boolean;
  /** Everything has been delivered: what comes from now on goes to the sink that it gives. */
  onGood(stream: Stream): StreamSink;
  onVain(): void;
}

export class Probe {
  readonly #options: ProbeOptions;
  readonly #abort = new AbortController();
  #stream: Stream | null = null;
  #heir: StreamSink | null = null;

  constructor(options: ProbeOptions) {
    this.#options = options;
    void this.#open();
  }

  /** Gives it up; does nothing to a stream that has taken over. */
  async close(): Promise<void> {
    this.#abort.abort();
    if (!this.#heir) await this.#stream?.close();
  }

  async #open(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const request = await this.#options.request(signal);
      if (!signal.aborted) this.#stream = this.#options.open(request, this.#sink);
    } catch {
      this.#fail(); // why does not matter: the stream goes on, and another probe will come
    }
  }

  readonly #sink: StreamSink = {
    opened: () => {},
    frame: (frame) => this.#heir ? this.#heir.frame(frame) : this.#look(frame),
    ended: (reason) => this.#heir ? this.#heir.ended(reason) : this.#fail(),
  };

  #look(received: StreamFrame): void {
    if (this.#abort.signal.aborted) return;
    if (received.kind === "event") {
      if (!this.#options.take(received.event)) this.#fail();
    } else if (received.frame.type === "resync.required") {
      this.#fail(); // the stream hears it too, and deals with it
    } else if (received.frame.type === "replay.complete" && this.#stream) {
      if (this.#options.isComplete(received.frame)) this.#heir = this.#options.onGood(this.#stream);
      else this.#fail();
    }
  }

  #fail(): void {
    if (!this.#abort.signal.aborted) this.#options.onVain();
  }
}
