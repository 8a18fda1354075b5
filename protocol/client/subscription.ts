/**
 * A session's log as one client follows it: folded, and kept so across lost connections and daemon restarts. It makes of
 * frames what its listeners hear (`view.ts`); how frames come is `connection.ts`, what one does with a session
 * `session.ts`.
 */
import type { ControlFrame } from "../control.ts";
import type { ErrorBody } from "../error.ts";
import type { OptaEvent, UnknownEvent } from "../event.ts";
import { type Act, type ActMessage, actOverHttp } from "./act.ts";
import { Api } from "./api.ts";
import { type AttachedClient, ChangeFeed, type SessionChange } from "./change_feed.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { SessionClosedError } from "./errors.ts";
import type { ConnectionState } from "./reconnect.ts";
import type { StreamFrame } from "./stream.ts";
import { type Advance, advance, completeReplay, cursorOf, distrust, emptyView, isBehind, type View } from "./view.ts";

/** Who is attached: those that are listed, and how many more there are. */
export interface PresenceList {
  readonly clients: readonly AttachedClient[];
  readonly more: number;
}

const nobody: PresenceList = { clients: [], more: 0 };

export class Subscription {
  readonly #sessionId: string;
  readonly #actOverHttp: Act;
  readonly #feed = new ChangeFeed();
  readonly #connection: Connection;
  #view: View;
  #presence = nobody;

  constructor(options: ConnectionOptions) {
    this.#sessionId = options.sessionId;
    this.#actOverHttp = actOverHttp(new Api(options.endpoint));
    this.#view = emptyView(options.sessionId);
    this.#connection = new Connection(options, {
      cursor: () => cursorOf(this.#view),
      frame: (frame) => this.#receive(frame),
      ended: ({ code }) => {
        if (code === "resync_required") this.#view = distrust(this.#view); // SSE says it by 410 [R3]
      },
      changed: (connection) => this.#feed.emit({ kind: "connection", connection }),
      take: (event) => this.#takeFromProbe(event),
      isComplete: ({ epoch, headSeq }) => completeReplay(this.#view, epoch, headSeq).kind === "seen",
    });
  }

  get view(): View {
    return this.#view;
  }

  get connection(): ConnectionState {
    return this.#connection.state;
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
    const stream = await this.when(() => this.#connection.stream, signal);
    const act = stream.act ?? this.#actOverHttp;
    return await act(message, signal);
  };

  /** Waits no longer for the next attempt to connect. */
  retryNow(): void {
    if (this.connection.kind === "waiting") this.#connection.input({ type: "timer" });
  }

  async close(reason: ErrorBody): Promise<void> {
    const closed = this.#connection.close(reason);
    this.#feed.clear();
    await closed;
  }

  #receive(received: StreamFrame): void {
    if (received.kind === "control") return this.#receiveControl(received.frame);
    const { event } = received;
    if (event.sessionId !== this.#sessionId) return;
    const result = advance(this.#view, event);
    this.#connection.input({ type: "frame" });
    this.#take(result);
  }

  #receiveControl(frame: ControlFrame): void {
    switch (frame.type) {
      case "replay.complete":
        this.#take(completeReplay(this.#view, frame.epoch, frame.headSeq)); // leaves the connection if there is a gap
        return this.#connection.input({ type: "replayed" });
      case "heartbeat":
        return this.#connection.input({ type: "heartbeat", isBehind: isBehind(this.#view, frame.headSeq) });
      case "resync.required":
        this.#view = distrust(this.#view);
        return;
      case "presence":
        this.#connection.input({ type: "frame" });
        return this.#meet(frame);
      case "ack":
        return this.#connection.input({ type: "frame" }); // of the subscription; the streams deal with all others
      case "error":
        return;
      default:
        return frame satisfies never;
    }
  }

  #meet({ sessionId, clients, more }: Extract<ControlFrame, { type: "presence" }>): void {
    if (sessionId !== this.#sessionId) return;
    const isKnown = JSON.stringify([clients, more]) === JSON.stringify([this.#presence.clients, this.#presence.more]);
    if (isKnown) return; // as after each reconnect
    this.#presence = { clients, more };
    this.#feed.emit({ kind: "presence", presence: clients, more });
  }

  #takeFromProbe(event: OptaEvent | UnknownEvent): boolean {
    if (event.sessionId !== this.#sessionId) return true;
    const result = advance(this.#view, event);
    const isNext = this.#view.isTrue && (result.kind === "seen" || result.kind === "event");
    if (isNext) this.#take(result);
    return isNext;
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
        return this.#connection.input({ type: "gap" });
      default:
        return result satisfies never;
    }
  }

  #reset(view: View): void {
    this.#view = view;
    this.#feed.emit({ kind: "reset" });
  }
}
