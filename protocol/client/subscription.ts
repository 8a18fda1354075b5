/**
 * A session's log as one client follows it: folded, and kept so across lost connections and daemon restarts. This is
 * where the pure parts (`view.ts`, `reconnect.ts`) meet sockets and timers. What one does with a session is
 * `session.ts`.
 */
import type { ControlFrame } from "../control.ts";
import type { ErrorBody } from "../error.ts";
import type { OptaEvent, UnknownEvent } from "../event.ts";
import { type Act, type ActMessage, actOverHttp } from "./act.ts";
import { Api } from "./api.ts";
import { type AttachedClient, ChangeFeed, type SessionChange } from "./change_feed.ts";
import type { Clock } from "./clock.ts";
import type { EndpointSource } from "./endpoint.ts";
import { SessionClosedError } from "./errors.ts";
import type { Transport, TransportChoice } from "./fallback.ts";
import { Probe } from "./probe.ts";
import * as reconnect from "./reconnect.ts";
import { type ConnectionState, type Input, isOpen, type Reconnect } from "./reconnect.ts";
import { SseStream } from "./sse_stream.ts";
import type { Stream, StreamFrame, StreamRequest, StreamSink } from "./stream.ts";
import { type Advance, advance, completeReplay, cursorOf, distrust, emptyView, isBehind, type View } from "./view.ts";
import type { WebSocketClass } from "./web_socket.ts";
import { WsStream } from "./ws_stream.ts";

export interface SubscriptionOptions {
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

/** Who is attached: those that are listed, and how many more there are. */
export interface PresenceList {
  readonly clients: readonly AttachedClient[];
  readonly more: number;
}

const nobody: PresenceList = { clients: [], more: 0 };

export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #actOverHttp: Act;
  readonly #feed = new ChangeFeed();
  #view: View;
  #presence = nobody;
  #machine: Reconnect;
  #stopTimer: (() => void) | null = null;
  #attempt = new AbortController();
  #stream: Stream | null = null;
  /** Beside an event stream, a WebSocket that is to take its place. */
  #probe: Probe | null = null;
  /** Streams that are on their way out. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#actOverHttp = actOverHttp(new Api(options.endpoint));
    this.#view = emptyView(options.sessionId);
    this.#machine = reconnect.begin(options.transport, options.clock.now());
    this.#enter(this.connection);
  }

  get view(): View {
    return this.#view;
  }

  get connection(): ConnectionState {
    return this.#machine.connection;
  }

  get presence(): PresenceList {
    return this.connection.kind === "closed" ? nobody : this.#presence;
  }

  /** Calls `listener` after each change, in order. Returns the way to stop it. */
  subscribe(listener: (change: SessionChange) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  /**
   * Resolves with the first value that `look` gives, now or after a change.
   *
   * @throws {SessionClosedError} or the signal's reason
   */
  when<T>(look: () => T | null, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        unsubscribe();
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      const check = () => {
        try {
          const found = look();
          if (found !== null) resolve(found);
          else if (this.connection.kind === "closed") reject(new SessionClosedError(this.connection.reason));
          else return;
        } catch (error) {
          reject(error); // a predicate's bug belongs to whoever waits for it
        }
        leave();
      };
      const unsubscribe = this.subscribe(check);
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      check();
    });
  }

  /** Does an act over the open connection, or the next one. */
  readonly act: Act = async (message: ActMessage, signal?: AbortSignal) => {
    const stream = await this.when(() => isOpen(this.connection) ? this.#stream : null, signal);
    const act = stream.act ?? this.#actOverHttp;
    return await act(message, signal);
  };

  /** Waits no longer for the next attempt to connect. */
  retryNow(): void {
    if (this.connection.kind === "waiting") this.#input({ type: "timer" });
  }

  async close(reason: ErrorBody): Promise<void> {
    this.#input({ type: "close", reason });
    this.#feed.clear();
    await this.#closing;
  }

  #input(input: Input): void {
    const { clock, random } = this.#options;
    const before = this.#machine;
    this.#machine = reconnect.step(before, input, clock.now(), random);
    const { connection } = this;
    const isOther = connection !== before.connection;
    if (isOther) this.#enter(connection);
    else if (input.type === "timer" || before.fallback !== this.#machine.fallback) this.#armTimer();
    const isProbing = reconnect.isProbing(this.#machine);
    if (isProbing !== reconnect.isProbing(before)) isProbing ? this.#beginProbe() : this.#endProbe();
    if (isOther) this.#feed.emit({ kind: "connection", connection });
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
    this.#stopTimer = waitMs === null ? null : clock.after(waitMs, () => this.#input({ type: "timer" }));
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
      this.#end({ code: "unreachable", message, retryable: true });
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
    const cursor = cursorOf(this.#view);
    const snapshot = cursor === null && this.#options.snapshot;
    return { endpoint, sessionId, clientId, writerId, kind, cursor, snapshot };
  }

  #beginProbe(): void {
    this.#probe = new Probe({
      request: (signal) => this.#request(signal),
      open: (request, sink) => this.#open("ws", request, sink),
      take: (event) => this.#takeFromProbe(event),
      isComplete: ({ epoch, headSeq }) => completeReplay(this.#view, epoch, headSeq).kind === "seen",
      onGood: (stream) => {
        this.#close(this.#stream);
        this.#stream = stream;
        this.#probe = null;
        this.#input({ type: "probed", isGood: true });
        return this.#sink;
      },
      onVain: () => this.#input({ type: "probed", isGood: false }),
    });
  }

  #endProbe(): void {
    this.#close(this.#probe);
    this.#probe = null;
  }

  #takeFromProbe(event: OptaEvent | UnknownEvent): boolean {
    if (event.sessionId !== this.#options.sessionId) return true;
    const result = advance(this.#view, event);
    const isNext = this.#view.isTrue && (result.kind === "seen" || result.kind === "event");
    if (isNext) this.#take(result);
    return isNext;
  }

  #close(stream: { close(): Promise<void> } | null): void {
    this.#closing = Promise.all([this.#closing, stream?.close()]);
  }

  #disconnect(): void {
    this.#attempt.abort();
    this.#close(this.#stream);
    this.#stream = null;
  }

  readonly #sink: StreamSink = {
    opened: () => this.#input({ type: "opened" }),
    frame: (frame) => this.#receive(frame),
    ended: (reason) => this.#end(reason),
  };

  #end(reason: ErrorBody): void {
    if (reason.code === "resync_required") this.#view = distrust(this.#view); // SSE says it by 410 [R3]
    this.#input({ type: "ended", reason });
  }

  #receive(received: StreamFrame): void {
    if (received.kind === "control") return this.#receiveControl(received.frame);
    const { event } = received;
    if (event.sessionId !== this.#options.sessionId) return;
    const result = advance(this.#view, event);
    this.#input({ type: "frame" });
    this.#take(result);
  }

  #receiveControl(frame: ControlFrame): void {
    switch (frame.type) {
      case "replay.complete":
        this.#take(completeReplay(this.#view, frame.epoch, frame.headSeq)); // leaves the connection if there is a gap
        return this.#input({ type: "replayed" });
      case "heartbeat":
        return this.#input({ type: "heartbeat", isBehind: isBehind(this.#view, frame.headSeq) });
      case "resync.required":
        this.#view = distrust(this.#view);
        return;
      case "presence":
        this.#input({ type: "frame" });
        return this.#meet(frame);
      case "ack":
        return this.#input({ type: "frame" }); // of the subscription; the streams deal with all others
      case "error":
        return;
      default:
        return frame satisfies never;
    }
  }

  #meet({ sessionId, clients, more }: Extract<ControlFrame, { type: "presence" }>): void {
    if (sessionId !== this.#options.sessionId) return;
    const isKnown = JSON.stringify([clients, more]) === JSON.stringify([this.#presence.clients, this.#presence.more]);
    if (isKnown) return; // as after each reconnect
    this.#presence = { clients, more };
    this.#feed.emit({ kind: "presence", presence: clients, more });
  }

  #take(result: Advance): void {
    switch (result.kind) {
      case "seen":
        return;
      case "event":
        if (result.start) this.#reset(result.start);
        this.#view = result.view;
        return this.#feed.emit({ kind: "event", event: result.event });
      case "reset":
        return this.#reset(result.view);
      case "gap":
        this.#view = result.view;
        return this.#input({ type: "gap" });
      default:
        return result satisfies never;
    }
  }

  #reset(view: View): void {
    this.#view = view;
    this.#feed.emit({ kind: "reset" });
  }
}
