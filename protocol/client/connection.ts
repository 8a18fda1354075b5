/**
 * The connection of one subscription: where the state machine (`reconnect.ts`) meets sockets and timers. It opens streams,
 * closes them, and probes the WebSocket as the machine says. What frames mean is for `subscription.ts`.
 */
import type { Cursor } from "../cursor.ts";
import type { ErrorBody } from "../error.ts";
import type { Clock } from "./clock.ts";
import type { EndpointSource } from "./endpoint.ts";
import type { Transport, TransportChoice } from "./fallback.ts";
import { Probe, type ProbeOptions } from "./probe.ts";
import * as reconnect from "./reconnect.ts";
import { type ConnectionState, type Input, isOpen, type Reconnect } from "./reconnect.ts";
import { SseStream } from "./sse_stream.ts";
import type { Stream, StreamFrame, StreamRequest, StreamSink } from "./stream.ts";
import type { WebSocketClass } from "./web_socket.ts";
import { WsStream } from "./ws_stream.ts";

/** What is asked of the daemon, and how. */
export interface ConnectionOptions {
  endpoint: EndpointSource;
  sessionId: string;
  /** Names this client among all of them. */
  clientId: string;
  writerId: string;
  kind: string;
  transport: TransportChoice;
  /** `null` where there is none: then the transport is SSE. */
  webSocket: WebSocketClass | null;
  /** Begin with the folded state [R2] rather than with every event since the first. */
  snapshot: boolean;
  clock: Clock;
  random: () => number;
}

/** Whoever makes something of what comes. */
export interface ConnectionUser extends Pick<ProbeOptions, "take" | "isComplete"> {
  /** Up to where everything is known; `null` for nowhere. */
  cursor(): Cursor | null;
  frame(frame: StreamFrame): void;
  ended(reason: ErrorBody): void;
  changed(connection: ConnectionState): void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #user: ConnectionUser;
  #machine: Reconnect;
  #stopTimer: (() => void) | null = null;
  #attempt = new AbortController();
  #stream: Stream | null = null;
  /** Beside an event stream, a WebSocket that is to take its place. */
  #probe: Probe | null = null;
  /** Streams that are on their way out. */
  #closing: Promise<void> = Promise.resolve();

  /** Begins to connect. */
  constructor(options: ConnectionOptions, user: ConnectionUser) {
    this.#options = options;
    this.#user = user;
    this.#machine = reconnect.begin(options.transport, options.clock.now());
    this.#enter(this.state);
  }

  get state(): ConnectionState {
    return this.#machine.connection;
  }

  /** The stream over which acts can be sent now. */
  get stream(): Stream | null {
    return isOpen(this.state) ? this.#stream : null;
  }

  /** Resolves when nothing of it is left. */
  async close(reason: ErrorBody): Promise<void> {
    this.input({ type: "close", reason });
    await this.#closing;
  }

  /** What a frame says of the connection. */
  input(input: Input): void {
    const { clock, random } = this.#options;
    const before = this.#machine;
    this.#machine = reconnect.step(before, input, clock.now(), random);
    const connection = this.state;
    const isOther = connection !== before.connection;
    if (isOther) this.#enter(connection);
    else if (input.type === "timer" || before.fallback !== this.#machine.fallback) this.#armTimer();
    const isProbing = reconnect.isProbing(this.#machine);
    if (isProbing !== reconnect.isProbing(before)) isProbing ? this.#beginProbe() : this.#endProbe();
    if (isOther) this.#user.changed(connection);
  }

  #enter(connection: ConnectionState): void {
    this.#armTimer();
    if (connection.kind === "connecting") this.#connect(connection.transport);
    else if (!isOpen(connection)) this.#disconnect();
  }

  #armTimer(): void {
    const { clock } = this.#options;
    this.#stopTimer?.();
    const waitMs = reconnect.timerMs(this.#machine, clock.now());
    this.#stopTimer = waitMs === null ? null : clock.after(waitMs, () => this.input({ type: "timer" }));
  }

  async #connect(transport: Transport): Promise<void> {
    const attempt = this.#attempt = new AbortController();
    try {
      const request = await this.#request(attempt.signal);
      if (attempt.signal.aborted) return;
      this.#stream = this.#open(transport, request, this.#sink);
    } catch (error) {
      if (attempt.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#sink.ended({ code: "unreachable", message, retryable: true });
    }
  }

  #open(transport: Transport, request: StreamRequest, sink: StreamSink): Stream {
    const { clock, webSocket } = this.#options;
    if (transport === "sse") return new SseStream(request, sink);
    if (!webSocket) throw new Error("There is no WebSocket on this platform.");
    return new WsStream(request, sink, { clock, webSocket });
  }

  async #request(signal: AbortSignal): Promise<StreamRequest> {
    const { sessionId, clientId, writerId, kind } = this.#options;
    const endpoint = await this.#options.endpoint(signal);
    const cursor = this.#user.cursor();
    const snapshot = cursor === null && this.#options.snapshot;
    return { endpoint, sessionId, clientId, writerId, kind, cursor, snapshot };
  }

  #beginProbe(): void {
    const { take, isComplete } = this.#user;
    this.#probe = new Probe({
      request: (signal) => this.#request(signal),
      open: (request, sink) => this.#open("ws", request, sink),
      take,
      isComplete,
      onGood: (stream) => {
        this.#close(this.#stream);
        this.#stream = stream;
        this.#probe = null;
        this.input({ type: "probed", isGood: true });
        return this.#sink;
      },
      onVain: () => this.input({ type: "probed", isGood: false }),
    });
  }

  #endProbe(): void {
    this.#close(this.#probe);
    this.#probe = null;
  }

  #close(stream: { close(): Promise<void> } | null): void {
    if (stream) this.#closing = Promise.all([this.#closing, stream.close()]).then(() => {});
  }

  #disconnect(): void {
    this.#attempt.abort();
    this.#close(this.#stream);
    this.#stream = null;
  }

  readonly #sink: StreamSink = {
    opened: () => this.input({ type: "opened" }),
    frame: (frame) => this.#user.frame(frame),
    ended: (reason) => {
      this.#user.ended(reason);
      this.input({ type: "ended", reason });
    },
  };
}
