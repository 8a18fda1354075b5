/**
 * One WebSocket: reads client messages, answers each exactly once, and sends what the followed sessions say. It keeps
 * nothing of a session: leaving changes nothing but who listens [R6].
 *
 *     frame ─► readFrame ─► hello / unsubscribe ─► #subscriptions ─► follow() ─┐
 *                      └──► act ─► session ─► ack or error ────────────────────┴─► Outlet ─► socket
 */
import { type ClientMessage, OptaError } from "@opta/protocol";
import { setImmediate } from "node:timers/promises";
import { follow, type FollowRequest } from "../session/follow.ts";
import { attachedClient } from "../session/presence.ts";
import { type AckFields, beginAct } from "./acts.ts";
import type { Connection } from "./connections.ts";
import type { ServerContext } from "./context.ts";
import { publicError } from "./error_response.ts";
import {
  IDLE_TIMEOUT_S,
  LARGE_LINE_LENGTH,
  MAX_ACTS_UNDER_WAY,
  MAX_BAD_FRAMES,
  MAX_SUBSCRIPTIONS_PER_CONNECTION,
  YIELD_AFTER_LINES,
} from "./limits.ts";
import { Outlet } from "./outlet.ts";
import { readFrame } from "./read_frame.ts";

const POLICY_VIOLATION = 1008;

type Hello = Extract<ClientMessage, { type: "hello" }>;

/** @param first followed at once, without a message and without an ack */
export function acceptWebSocket(request: Request, context: ServerContext, first: FollowRequest | null): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_TIMEOUT_S });
  const connection = new WsConnection(socket, context);
  socket.onopen = () => connection.open(first);
  socket.onmessage = ({ data }) => connection.receive(data);
  socket.onclose = () => connection.closed(); // comes twice for a dead peer
  return response;
}

class WsConnection implements Connection {
  readonly door = "ws";
  readonly #socket: WebSocket;
  readonly #context: ServerContext;
  readonly #outlet: Outlet;
  readonly #subscriptions = new Map<string, AbortController>();
  /** Settles when every message that came so far has been begun. */
  #begun = Promise.resolve();
  #actsUnderWay = 0;
  #badFrames = 0;
  #ended = false;

  constructor(socket: WebSocket, context: ServerContext) {
    this.#socket = socket;
    this.#context = context;
    this.#outlet = new Outlet(socket, context.stallLimitMs, () => {
      context.counters.slowConsumers++;
      this.#end();
    });
  }

  open(first: FollowRequest | null): void {
    this.#context.connections.add(this);
    if (first && !this.#ended) this.#follow(first, this.#replace(first.sessionId));
  }

  /** One frame, as it came. */
  receive(data: unknown): void {
    if (this.#ended) return;
    const reading = readFrame(data);
    switch (reading.kind) {
      case "message":
        if (++this.#actsUnderWay > MAX_ACTS_UNDER_WAY) return this.close(POLICY_VIOLATION, "too many acts under way");
        this.#begun = this.#begun.then(() => this.#begin(reading.message));
        return;
      case "bad":
        void this.#refuse(reading.action, reading.requestId, reading.error);
        if (++this.#badFrames >= MAX_BAD_FRAMES) this.close(POLICY_VIOLATION, "too many bad frames");
        return;
      case "close":
        return this.close(reading.code, reading.reason);
      default:
        return reading satisfies never;
    }
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#socket.close(code, reason);
  }

  /** The socket is gone. */
  closed(): void {
    this.#end();
    this.#context.connections.remove(this);
  }

  /** Stops everything that was done for this connection. */
  #end(): void {
    this.#ended = true;
    for (const stop of this.#subscriptions.values()) stop.abort();
    this.#outlet.dispose();
  }

  /** Resolves when the next message may be begun: this one need be neither done nor answered for that. */
  async #begin(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case "hello": {
        const head = this.#head(message);
        // Replaced before the ack, so that nothing of the old subscription comes after it.
        const stop = await head.then(() => this.#replace(message.sessionId), () => null); // the failure is the answer
        void this.#settle(message, head).then(() =>
          stop && this.#follow({ ...message, client: attachedClient(message) }, stop)
        );
        return;
      }
      case "unsubscribe":
        this.#subscriptions.get(message.sessionId)?.abort();
        void this.#settle(message, Promise.resolve({ sessionId: message.sessionId }));
        return;
      default: {
        const begun = beginAct(message, this.#context.sessions);
        void this.#settle(message, begun.then(({ done }) => done));
        await begun.catch(() => {}); // the failure is the answer
      }
    }
  }

  /** Answers a message with what came of it. Never rejects. */
  async #settle(message: ClientMessage, result: Promise<AckFields>): Promise<void> {
    const { type: action, requestId = null } = message;
    try {
      await this.#answer({ type: "ack", action, requestId, ...await result });
    } catch (error) {
      await this.#refuse(action, requestId, error, message.sessionId);
    } finally {
      this.#actsUnderWay--;
    }
  }

  /** What is acknowledged of a subscription that is about to begin. */
  async #head({ sessionId }: Hello): Promise<AckFields> {
    const head = await this.#context.store.head(sessionId);
    if (!head) throw new OptaError("not_found", `There is no session "${sessionId}".`);
    if (!this.#subscriptions.has(sessionId) && this.#subscriptions.size >= MAX_SUBSCRIPTIONS_PER_CONNECTION) {
      const limit = MAX_SUBSCRIPTIONS_PER_CONNECTION;
      throw new OptaError("too_many_connections", `A connection follows ${limit} sessions at most. Unsubscribe first.`);
    }
    return { sessionId, epoch: head.epoch, headSeq: head.seq };
  }

  /** Ends the subscription to a session that there may be, and makes room for another one [R8]. */
  #replace(sessionId: string): AbortController {
    const stop = new AbortController();
    this.#subscriptions.get(sessionId)?.abort();
    this.#subscriptions.set(sessionId, stop);
    if (this.#ended) stop.abort();
    return stop;
  }

  /** Follows a session from a cursor until it is stopped. */
  #follow(request: FollowRequest, stop: AbortController): void {
    const { sessionId } = request;
    this.#pump(request, stop.signal)
      .catch((error) => stop.signal.aborted ? undefined : this.#refuse("hello", null, error, sessionId))
      .finally(() => {
        if (this.#subscriptions.get(sessionId) === stop) this.#subscriptions.delete(sessionId);
      });
  }

  async #pump(request: FollowRequest, signal: AbortSignal): Promise<void> {
    using _ = this.#context.connections.subscribe();
    for await (const item of follow(this.#context.source, request, signal)) {
      if (signal.aborted) return;
      if (item.kind === "frame") this.#outlet.send(JSON.stringify(item.frame));
      else await this.#sendLines(item.lines, signal);
      if (this.#outlet.full) await this.#outlet.drained(); // before the next page is read, so that none waits in memory
    }
    if (signal.aborted) return;
    const { sessionId } = request;
    throw new OptaError("not_found", `Session "${sessionId}" was deleted.`, { sessionId });
  }

  async #sendLines(lines: readonly { line: string }[], signal: AbortSignal): Promise<void> {
    for (const { line } of lines) {
      if (this.#outlet.full) await this.#outlet.drained();
      if (signal.aborted) return;
      if (line.length > LARGE_LINE_LENGTH) await this.#sendLarge(line, signal);
      else this.#outlet.send(line);
    }
    if (lines.length >= YIELD_AFTER_LINES) await setImmediate(); // a replay must not hold up the others
  }

  /** A line goes out as one frame, held whole until the socket has taken it: only a few may be held at a time [R5]. */
  async #sendLarge(line: string, signal: AbortSignal): Promise<void> {
    const giveBack = await this.#context.largeLines.take(signal);
    if (!giveBack) return;
    try {
      if (this.#outlet.full) await this.#outlet.drained(); // an answer may have gone out meanwhile
      if (signal.aborted) return;
      this.#outlet.send(line);
      await this.#outlet.drained();
    } finally {
      giveBack();
    }
  }

  async #refuse(action: string, requestId: string | null, cause: unknown, sessionId?: string): Promise<void> {
    const asked = { where: action, ...(sessionId !== undefined && { sessionId }) };
    const error = publicError(cause, this.#context.report, asked).toBody();
    await this.#answer({ type: "error", action, requestId, error });
  }

  /** Answers wait for room too: who acts and never reads comes to the limit of acts under way. */
  async #answer(frame: object): Promise<void> {
    if (this.#outlet.full) await this.#outlet.drained();
    this.#outlet.send(JSON.stringify(frame));
  }
}
