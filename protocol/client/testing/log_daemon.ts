/**
 * A daemon for tests of the client library: serves one session from memory over both doors (protocol v3, sections 2 and
 * 3), and on demand loses, doubles and reorders what it sends, hangs up, and restarts elsewhere with another token.
 */
import { ClientMessage, type ClientMessageInput } from "../../command.ts";
import type { SubscriptionFrame } from "../../control.ts";
import { parseCursor } from "../../cursor.ts";
import { type ErrorBody, OptaError } from "../../error.ts";
import type { EventDraft } from "../../event.ts";
import { LogWriter } from "../../testing/log_writer.ts";
import { type Move, play } from "../../testing/moves.ts";
import type { ActMessage } from "../act.ts";
import type { Endpoint, EndpointSource } from "../endpoint.ts";
import { type Fault, Subscriber } from "./subscriber.ts";

/** What becomes of an act: done and answered; done, but the connection breaks first or nothing is said; not even done. */
export type ActFate = "answer" | "hang up after" | "say nothing" | "hang up before" | OptaError;

interface Follow {
  sessionId: string;
  afterSeq: number;
  epoch?: string;
  snapshot?: boolean;
  clientId?: string;
  writerId?: string;
  kind?: string;
}

export class LogDaemon implements AsyncDisposable {
  readonly log: LogWriter;
  /** Each frame to a subscriber takes the first one; none is left: frames pass. */
  readonly faults: Fault[] = [];
  /** Each act takes the first one; none is left: it is answered. */
  readonly fates: ActFate[] = [];
  /** Every subscription that was asked for, and every act, in order. */
  readonly follows: (Follow & { door: "ws" | "sse" })[] = [];
  readonly acts: ActMessage[] = [];
  /** The address of every request, with its query. */
  readonly addresses: string[] = [];
  /** WebSockets are refused, as by something in between that does not pass them on. */
  refusesWebSockets = false;
  /** Subscriptions are taken and then nothing is sent. */
  isMute = false;
  /** Somebody has come or left. */
  #moved = (): void => {};
  #actWaits = new Map<number, () => void>();
  #subscribers = new Set<Subscriber>();
  #sockets = new Set<WebSocket>();
  #submits = new Map<string, string>();
  #decisions = new Map<string, { decision: "allow" | "deny"; decidedBy: string }>();
  #server: Deno.HttpServer<Deno.NetAddr> | null = null;
  #stop = new AbortController();
  #starts = 0;
  #endpoint: Endpoint = { baseUrl: "http://127.0.0.1:9", token: "none yet" };

  constructor(log = new LogWriter()) {
    this.log = log;
    this.start();
  }

  /** Finds the daemon where it is now, as the state file says it to real clients. */
  readonly source: EndpointSource = () => Promise.resolve(this.#endpoint);

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Resolves when this is so of its subscriptions. */
  async until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    while (!isSo()) {
      signal.throwIfAborted();
      const moved = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => moved.resolve(), { once: true });
      this.#moved = moved.resolve;
      await moved.promise;
    }
  }

  /** Resolves when so many acts have come. */
  acted(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.acts.length >= count) resolve();
      else this.#actWaits.set(count, resolve);
    });
  }

  start(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", signal, onListen() {} },
      (request) => this.#serve(request),
    );
    const token = `token-${++this.#starts}`;
    this.#endpoint = { baseUrl: `http://127.0.0.1:${this.#server.addr.port}`, token };
  }

  async stop(): Promise<void> {
    this.hangUp();
    this.#stop.abort();
    await this.#server?.finished;
    this.#server = null;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Ends every connection. */
  hangUp(): void {
    for (const subscriber of this.#subscribers) subscriber.close();
    for (const socket of this.#sockets) socket.close();
    this.#subscribers.clear();
    this.#sockets.clear();
  }

  append(draft: EventDraft): void {
    this.#publish(this.log.append(draft));
  }

  play(...moves: Move[]): void {
    for (const move of moves) this.#publish(play(this.log, move));
  }

  /** Writes lines that are not sent, and returns them. */
  loseLines(...moves: Move[]): string[] {
    return moves.map((move) => play(this.log, move));
  }

  /** Loses the end of the history; followers are told as the real daemon does [R3]. */
  rewrite(keepThrough: number, epoch: string): void {
    this.log.rewrite(keepThrough, epoch);
    for (const subscriber of this.#subscribers) this.#resync(subscriber, "epoch_changed");
  }

  heartbeat(): void {
    for (const subscriber of this.#subscribers) {
      subscriber.sendSafely({
        type: "heartbeat",
        sessionId: this.log.sessionId,
        headSeq: this.log.headSeq,
        ts: new Date(0).toISOString(),
      });
    }
  }

  /** Sends a frame that the protocol may not know. */
  sendRaw(text: string): void {
    for (const subscriber of this.#subscribers) subscriber.sendRaw(text);
  }

  #publish(line: string): void {
    if (this.isMute) return;
    for (const subscriber of this.#subscribers) subscriber.send(line);
  }

  #follow(follow: Follow, subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    this.#moved();
    if (this.isMute) return;
    const fault = this.#cursorFault(follow);
    if (fault) return this.#resync(subscriber, fault);
    if (follow.snapshot) return this.#snapshot(subscriber);
    this.#replay(subscriber, follow.afterSeq);
  }

  #cursorFault({ epoch = this.log.epoch, afterSeq }: Follow) {
    if (epoch !== this.log.epoch) return "epoch_changed";
    return afterSeq > this.log.headSeq ? "ahead_of_head" : null;
  }

  #resync(subscriber: Subscriber, reason: Extract<SubscriptionFrame, { type: "resync.required" }>["reason"]): void {
    const { sessionId, epoch, headSeq } = this.log;
    subscriber.send(JSON.stringify({ type: "resync.required", sessionId, reason, epoch, earliestSeq: 1, headSeq }));
    this.#snapshot(subscriber);
  }

  #snapshot(subscriber: Subscriber): void {
    subscriber.send(this.log.snapshotLine());
    this.#replay(subscriber, this.log.headSeq);
  }

  #replay(subscriber: Subscriber, afterSeq: number): void {
    const { sessionId, epoch, headSeq } = this.log;
    for (const line of this.log.lines.slice(afterSeq)) subscriber.send(line);
    subscriber.send(JSON.stringify({ type: "replay.complete", sessionId, epoch, headSeq }));
  }

  async #serve(request: Request): Promise<Response> {
    this.addresses.push(request.url);
    const url = new URL(request.url);
    if (url.pathname === "/v3/ws" && this.refusesWebSockets) return new Response("no", { status: 502 });
    if (request.headers.get("authorization") !== `Bearer ${this.#endpoint.token}`) {
      return refusal(new OptaError("unauthorized", "The token is not valid."));
    }
    if (url.pathname === "/v3/ws") return this.#acceptSocket(request);
    if (url.pathname === "/v3/sse/events") return this.#acceptSse(request, url);
    try {
      return Response.json(this.#act(messageOf(url, await request.json())));
    } catch (error) {
      if (error instanceof HungUp) return brokenAnswer();
      if (error instanceof OptaError) return refusal(error);
      throw error;
    }
  }

  #acceptSse(request: Request, { searchParams }: URL): Response {
    const cursor = parseCursor(request.headers.get("last-event-id") ?? "");
    const follow: Follow = {
      sessionId: searchParams.get("sessionId") ?? "",
      afterSeq: cursor?.seq ?? 0,
      epoch: cursor?.epoch,
      snapshot: searchParams.get("snapshot") === "1",
      clientId: searchParams.get("clientId") ?? undefined,
      writerId: searchParams.get("writerId") ?? undefined,
      kind: searchParams.get("kind") ?? undefined,
    };
    this.follows.push({ ...follow, door: "sse" });
    if (follow.sessionId !== this.log.sessionId) return refusal(noSession(follow.sessionId));
    if (this.#cursorFault(follow)) return refusal(new OptaError("resync_required", "The cursor cannot be served."));
    const encoder = new TextEncoder();
    let subscriber: Subscriber;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        subscriber = new Subscriber({
          faults: this.faults,
          send: (text) => {
            try {
              controller.enqueue(encoder.encode(`data: ${text}\n\n`));
            } catch {
              subscriber.left(); // the connection is gone, and `cancel` has not been called yet
            }
          },
          close: () => controller.close(),
        });
        this.#follow(follow, subscriber);
      },
      cancel: () => {
        subscriber.left();
        this.#subscribers.delete(subscriber);
        this.#moved();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  #acceptSocket(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    this.#sockets.add(socket);
    const subscriber = new Subscriber({
      faults: this.faults,
      send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
      close: () => socket.close(),
    });
    socket.onmessage = ({ data }) => {
      const message = ClientMessage.parse(JSON.parse(data));
      const answer = this.#answer(message, subscriber);
      if (answer) socket.send(JSON.stringify(answer));
    };
    socket.onclose = () => {
      this.#sockets.delete(socket);
      this.#subscribers.delete(subscriber);
      this.#moved();
    };
    return response;
  }

  #answer(message: ClientMessage, subscriber: Subscriber): Record<string, unknown> | null {
    const { type: action, requestId = null } = message;
    try {
      if (message.type === "unsubscribe") return { type: "ack", action, requestId };
      if (message.type !== "hello") return { type: "ack", action, requestId, ...this.#act(message) };
      this.follows.push({ ...message, door: "ws" });
      if (message.sessionId !== this.log.sessionId) throw noSession(message.sessionId);
      subscriber.sendSafely({ type: "ack", action, requestId });
      this.#follow(message, subscriber);
      return null;
    } catch (error) {
      if (!(error instanceof OptaError)) throw error;
      return error instanceof HungUp ? null : { type: "error", action, requestId, error: error.toBody() };
    }
  }

  #act(message: ActMessage): Record<string, unknown> {
    this.acts.push(message);
    this.#actWaits.get(this.acts.length)?.();
    const fate = this.fates.shift() ?? "answer";
    if (fate instanceof OptaError) throw fate;
    if (fate === "hang up before") throw this.#hungUp();
    const answer = this.#do(message);
    if (fate === "say nothing") throw new HungUp("internal", "Silence.");
    if (fate === "hang up after") throw this.#hungUp();
    return answer;
  }

  #hungUp(): HungUp {
    this.hangUp();
    return new HungUp("shutting_down", "The connection is gone.");
  }

  #do(message: ActMessage): Record<string, unknown> {
    switch (message.type) {
      case "turn.submit": {
        const { writerId, clientId, content, mode, clientTurnId = crypto.randomUUID() } = message;
        const earlier = this.#submits.get(clientTurnId);
        if (earlier) return { turnId: earlier, queued: 0, duplicate: true };
        const turnId = `t-${clientTurnId}`;
        this.#submits.set(clientTurnId, turnId);
        const who = { turnId, writerId, clientId, clientTurnId };
        this.append({ event: "turn.queued", payload: { ...who, position: 0, content, mode } });
        return { turnId, queued: 0, duplicate: false };
      }
      case "turn.cancel":
        return { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 };
      case "permission.resolve": {
        const { requestId, decision, decidedBy } = message;
        const winner = this.#decisions.get(requestId);
        if (winner) {
          const details = { ok: false, conflict: true, ...winner };
          throw new OptaError("permission_resolved", "Somebody else decided first.", details);
        }
        if (requestId === "nothing") throw new OptaError("not_found", "There is no such request.");
        this.#decisions.set(requestId, { decision, decidedBy });
        return { ok: true, decision, decidedBy };
      }
      default:
        return message satisfies never;
    }
  }
}

/** Not for the wire: whoever would have been answered is gone. */
class HungUp extends OptaError {}

function noSession(sessionId: string): OptaError {
  return new OptaError("not_found", `There is no session "${sessionId}".`);
}

function refusal(error: OptaError): Response {
  const body: { error: ErrorBody } = { error: error.toBody() };
  return Response.json(body, { status: error.status });
}

/** An answer that breaks off before its end. */
function brokenAnswer(): Response {
  const body = new ReadableStream({ pull: (controller) => controller.close() });
  return new Response(body, { headers: { "content-length": "100" } });
}

/** The act that an HTTP request asks for. */
function messageOf(url: URL, body: Record<string, unknown>): ActMessage {
  const [, sessionId, act, requestId] = /^\/v3\/sessions\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const types: Record<string, ClientMessageInput["type"]> = {
    turns: "turn.submit",
    cancel: "turn.cancel",
    permissions: "permission.resolve",
  };
  const message = ClientMessage.parse({ ...body, sessionId, type: types[act ?? ""], ...(requestId && { requestId }) });
  if (message.type === "hello" || message.type === "unsubscribe") throw new Error("no act");
  return message;
}
