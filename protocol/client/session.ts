/**
 * A session as one client sees it and acts on it: `submit`, `cancel` and `resolve` are safe across lost connections and
 * daemon restarts. Leaving changes nothing about the session itself [R6].
 */
import type { z } from "zod";
import { type CancelBody, CancelResult, type ResolveBody, ResolveResult, SubmitResult } from "../http.ts";
import type { TurnMode, TurnOverrides } from "../event.ts";
import type { SessionState } from "../state.ts";
import { type ActMessage, readAnswer } from "./act.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { EndpointSource } from "./endpoint.ts";
import { ApiError } from "./errors.ts";
import type { TransportChoice } from "./fallback.ts";
import type { ConnectionState } from "./reconnect.ts";
import { resend } from "./resend.ts";
import type { AttachedClient, SessionChange } from "./change_feed.ts";
import { Subscription } from "./subscription.ts";
import { platformWebSocket, type WebSocketClass } from "./web_socket.ts";

/** What a client is, as others are shown it: one of the known ones, or a name of its own of a-z, digits and `-`. */
export type ClientKind = "terminal" | "web" | "editor" | "script" | (string & Record<never, never>);

/** How to attach to a session. */
export interface AttachOptions {
  /** Where the daemon is: `pageEndpoint()` in a page, `discover()` of `@opta/client/node` elsewhere. */
  endpoint: EndpointSource;
  /** The session, which must exist: see `Api.call("createSession")`. */
  sessionId: string;
  /** Names this client among all of them; a random one for each program or tab. */
  clientId: string;
  /** Names who writes: stands on the turns and decisions made here. */
  writerId: string;
  /** With what this client follows, as others are shown it; `script` unless given. */
  kind?: ClientKind;
  /**
   * `auto` unless given: the WebSocket, SSE where WebSockets do not work, and back when they do. `ws` and `sse` are for
   * those who want that one and no other.
   */
  transport?: TransportChoice;
  /** The WebSocket to use; that of the platform unless given. Node 20 has none: there `auto` means SSE. */
  webSocket?: WebSocketClass;
  /** Begin with the folded state [R2], the default, rather than with every event since the first. */
  snapshot?: boolean;
  /** The system's unless given; tests bring their own. */
  clock?: Clock;
  /** Gives numbers in [0, 1); `Math.random` unless given. */
  random?: () => number;
}

/** What may be said of a turn beside its content. */
export interface SubmitOptions {
  /** `chat` unless given. */
  mode?: TurnMode;
  /** What this turn does otherwise than the session: model, provider, permissions of its own [P5]. */
  overrides?: TurnOverrides;
  /** Labels for the client's own use; they stand in the log. */
  metadata?: Record<string, unknown>;
  /** Makes sending the turn again safe [S4]; made here unless given. */
  clientTurnId?: string;
  /** Gives up waiting; the turn may have been queued all the same. */
  signal?: AbortSignal;
}

type Decision = ResolveBody["decision"];

/** A decision: taken, or lost to an earlier one [P1]. */
export type ResolveOutcome =
  | { ok: true; decision: Decision; decidedBy: string }
  | { ok: false; conflict: true; decision: Decision; decidedBy: string };

type Attached = Required<Omit<AttachOptions, "webSocket">> & { webSocket: WebSocketClass | null };

/**
 * One session, followed and acted on. What comes is folded into `state`; listeners hear each change in order. It
 * reconnects by itself until it is closed, and goes on from where it was.
 */
export class Session implements AsyncDisposable {
  readonly #options: Attached;
  readonly #subscription: Subscription;

  /**
   * Begins to attach; `caughtUp()` says when it has.
   *
   * @throws {TypeError} `transport: "ws"` where there is no WebSocket
   */
  static attach(options: AttachOptions): Session {
    const { webSocket = platformWebSocket(), kind = "script", snapshot = true } = options;
    const { clock = systemClock, random = Math.random } = options;
    const transport = transportOn(webSocket, options.transport ?? "auto");
    return new Session({ ...options, kind, transport, webSocket, snapshot, clock, random });
  }

  private constructor(options: Attached) {
    this.#options = options;
    this.#subscription = new Subscription(options);
  }

  /** All that is known; the same object until something changes. Empty before the first change. */
  get state(): SessionState {
    return this.#subscription.view.state;
  }

  /** How this client is connected; another object whenever that changes. */
  get connection(): ConnectionState {
    return this.#subscription.connection;
  }

  /**
   * Who is attached, as the daemon last said: this client among them, one entry a `clientId`, those that came first first.
   * The same array until it changes. While there is no connection it is what was known before; closed, nobody.
   */
  get presence(): readonly AttachedClient[] {
    return this.#subscription.presence.clients;
  }

  /** How many are attached beside those in `presence`: past its limit, or without a name. */
  get presenceMore(): number {
    return this.#subscription.presence.more;
  }

  /** Calls `listener` after each change, in order. Returns the way to stop it. */
  subscribe(listener: (change: SessionChange) => void): () => void {
    return this.#subscription.subscribe(listener);
  }

  /**
   * Resolves when all that the daemon had at the time of subscribing is folded in [R1].
   *
   * @throws {SessionClosedError} or the signal's reason
   */
  async caughtUp(signal?: AbortSignal): Promise<void> {
    await this.#subscription.when(() => this.connection.kind === "live" || null, signal);
  }

  /**
   * The first known state that meets the predicate, perhaps the one at hand.
   *
   * @throws {SessionClosedError} or the signal's reason
   */
  until(predicate: (state: SessionState) => boolean, signal?: AbortSignal): Promise<SessionState> {
    return this.#subscription.when(() => {
      const { state, isTrue } = this.#subscription.view;
      return isTrue && predicate(state) ? state : null;
    }, signal);
  }

  /**
   * Queues a turn; resolves when it is durable [S2]. Until then it is sent again, under the same `clientTurnId`, across
   * lost connections and restarts of the daemon [S4].
   *
   * @throws {ApiError | SessionClosedError} or the signal's reason: then it may have been queued all the same
   */
  submit(content: string, options: SubmitOptions = {}): Promise<SubmitResult> {
    const { signal, mode = "chat", clientTurnId = crypto.randomUUID(), overrides, metadata } = options;
    const { sessionId, clientId, writerId } = this.#options;
    const message: ActMessage = {
      type: "turn.submit",
      requestId: clientTurnId,
      ...{ sessionId, clientId, writerId, clientTurnId },
      ...{ content, mode, overrides, metadata },
    };
    return this.#resend(async () => readAnswer(SubmitResult, await this.#act(message, signal)), signal);
  }

  /**
   * Cancels a turn, the turns of a writer, or all of the session [C1]. Only the cancel of one turn is sent again after a
   * lost connection: "all" might by then mean other turns.
   *
   * @throws {ApiError | ConnectionLostError | DaemonUnreachableError | SessionClosedError} or the signal's reason
   */
  cancel(target: CancelBody = {}, signal?: AbortSignal): Promise<CancelResult> {
    const { sessionId } = this.#options;
    const message: ActMessage = { type: "turn.cancel", requestId: crypto.randomUUID(), sessionId, ...target };
    const cancel = async () => readAnswer(CancelResult, await this.#act(message, signal));
    return target.turnId === undefined ? cancel() : this.#resend(cancel, signal);
  }

  /**
   * Decides on a permission request, `once` unless a wider scope is given. That another decision came first is a value, not an exception [P1].
   *
   * @throws {ApiError | SessionClosedError} or the signal's reason
   */
  resolve(
    requestId: string,
    decision: Decision,
    scope?: ResolveBody["scope"],
    signal?: AbortSignal,
  ): Promise<ResolveOutcome> {
    return this.#decide({ requestId, decision, scope }, signal);
  }

  /** Answers a question, which is a permission request that needs an answer; otherwise as `resolve()`. */
  answer(requestId: string, answer: string, signal?: AbortSignal): Promise<ResolveOutcome> {
    return this.#decide({ requestId, decision: "allow", answer }, signal);
  }

  /** While it waits to connect again, tries at once; otherwise does nothing. */
  retryNow(): void {
    this.#subscription.retryNow();
  }

  /** Leaves. Nothing stays behind: no socket, no timer, no listener. */
  close(): Promise<void> {
    return this.#subscription.close({ code: "closed", message: "This client has left the session.", retryable: false });
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #decide(body: Omit<ResolveBody, "decidedBy">, signal: AbortSignal | undefined): Promise<ResolveOutcome> {
    const { sessionId, writerId: decidedBy } = this.#options;
    const message: ActMessage = { type: "permission.resolve", sessionId, decidedBy, ...body };
    return this.#resend(async (isRepeat) => {
      try {
        return readAnswer(ResolveResult, await this.#act(message, signal));
      } catch (error) {
        const winner = winnerOf(error);
        if (!winner) throw error;
        const isOurs = isRepeat && winner.decision === body.decision && winner.decidedBy === decidedBy;
        return isOurs ? { ok: true, ...winner } : { ok: false, conflict: true, ...winner };
      }
    }, signal);
  }

  #act(message: ActMessage, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#subscription.act(message, signal);
  }

  #resend<T>(act: (isRepeat: boolean) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { clock, random } = this.#options;
    return resend(act, { clock, random, signal });
  }
}

function transportOn(webSocket: WebSocketClass | null, choice: TransportChoice): TransportChoice {
  if (webSocket) return choice;
  if (choice !== "ws") return "sse";
  throw new TypeError(
    'There is no WebSocket on this platform. Pass one as `webSocket`, or leave `transport: "ws"` away.',
  );
}

const Winner = ResolveResult.pick({ decision: true, decidedBy: true });

/** Who decided, when the error says that somebody did before. */
function winnerOf(error: unknown): z.infer<typeof Winner> | null {
  if (!(error instanceof ApiError) || error.code !== "permission_resolved") return null;
  return Winner.safeParse(error.details).data ?? null;
}
