/** A subscription over a WebSocket: frames in, acts out, each act answered by the one frame that repeats its id. */
import type { ClientMessageInput } from "../command.ts";
import type { ErrorBody } from "../error.ts";
import type { ControlFrame } from "../control.ts";
import type { ActMessage } from "./act.ts";
import type { Clock } from "./clock.ts";
import { ApiError, ConnectionLostError } from "./errors.ts";
import { openSocket, type WebSocketClass } from "./web_socket.ts";
import { badFrame, connectionLost, parseFrame, type Stream, type StreamRequest, type StreamSink } from "./stream.ts";

/** Milliseconds for the answer to an act. The daemon answers after one commit; longer means that it hangs. */
export const ACT_TIMEOUT_MS = 10_000;
/** Milliseconds for the closing handshake: a peer that is gone never answers it. */
const CLOSE_TIMEOUT_MS = 1_000;
/** Acts that wait for their answer: far more than people and scripts have at once, so that it only stops a runaway loop. */
const MAX_PENDING_ACTS = 1_000;
/** The id of the `hello` that subscribes; there is one for each connection. */
const HELLO_ID = "hello";

type Answer = Extract<ControlFrame, { type: "ack" | "error" }>;

interface Pending {
  action: string;
  requestId: string;
  answer(answer: Answer): void;
  fail(reason: unknown): void;
}

export interface WsOptions {
  clock: Clock;
  webSocket: WebSocketClass;
}

export class WsStream implements Stream {
  readonly #socket: WebSocket;
  readonly #sink: StreamSink;
  readonly #clock: Clock;
  /** Oldest first: two acts may carry one id, as two decisions on one request do. */
  readonly #pending: Pending[] = [];
  /** Resolves when the connection is gone. */
  readonly #gone: Promise<void>;
  #isGone = (): void => {};
  /** The sink is told nothing more. */
  #isDetached = false;
  /** What the platform says of a failure; a browser says nothing. */
  #error = "";

  constructor(request: StreamRequest, sink: StreamSink, { clock, webSocket }: WsOptions) {
    this.#sink = sink;
    this.#clock = clock;
    this.#gone = new Promise((resolve) => this.#isGone = resolve);
    this.#socket = openSocket(webSocket, request.endpoint, request.clientId);
    this.#socket.onopen = () => {
      if (this.#isDetached) return;
      this.#send(helloOf(request));
      this.#sink.opened();
    };
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onerror = (event) => this.#error = "message" in event ? String(event.message) : "";
    this.#socket.onclose = ({ code, reason }) => {
      this.#end(connectionLost(`The WebSocket closed: ${this.#error || reason || `code ${code}`}`));
      this.#isGone();
    };
  }

  readonly act = (message: ActMessage, signal?: AbortSignal): Promise<unknown> => {
    const { type: action, requestId = "" } = message;
    if (this.#isDetached) return Promise.reject(new ConnectionLostError(action));
    if (this.#pending.length >= MAX_PENDING_ACTS) return Promise.reject(new Error("Too many acts wait for an answer."));
    return new Promise((resolve, reject) => {
      const settle = () => {
        stopTimer();
        signal?.removeEventListener("abort", abort);
        this.#pending.splice(this.#pending.indexOf(pending), 1);
      };
      const pending: Pending = {
        action,
        requestId,
        answer(answer) {
          settle();
          if (answer.type === "error") reject(ApiError.fromBody(answer.error));
          else resolve(answer);
        },
        fail(reason) {
          settle();
          reject(reason);
        },
      };
      const stopTimer = this.#clock.after(ACT_TIMEOUT_MS, () => pending.fail(new ConnectionLostError(action)));
      const abort = () => pending.fail(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#pending.push(pending);
      this.#send(message);
    });
  };

  close(): Promise<void> {
    this.#detach();
    this.#socket.close();
    const stopTimer = this.#clock.after(CLOSE_TIMEOUT_MS, () => this.#isGone());
    return this.#gone.finally(stopTimer);
  }

  #send(message: ClientMessageInput): void {
    this.#socket.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    if (this.#isDetached) return;
    let frame;
    try {
      frame = parseFrame(String(data));
    } catch (error) {
      this.#end(badFrame(error));
      this.#socket.close();
      return;
    }
    if (frame?.kind === "control" && (frame.frame.type === "ack" || frame.frame.type === "error")) {
      this.#settle(frame.frame);
    } else if (frame) {
      this.#sink.frame(frame);
    }
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.find((act) => act.action === answer.action && act.requestId === answer.requestId);
    if (pending) pending.answer(answer);
    else if (answer.action !== "hello") return;
    else if (answer.type === "ack") this.#sink.frame({ kind: "control", frame: answer }); // the first sign of life
    else {
      this.#end(answer.error);
      this.#socket.close();
    }
  }

  #end(reason: ErrorBody): void {
    if (this.#isDetached) return;
    this.#detach();
    this.#sink.ended(reason);
  }

  #detach(): void {
    this.#isDetached = true;
    for (const act of [...this.#pending]) act.fail(new ConnectionLostError(act.action));
  }
}

function helloOf({ sessionId, clientId, writerId, kind, cursor, snapshot }: StreamRequest): ClientMessageInput {
  const place = cursor ? { afterSeq: cursor.seq, epoch: cursor.epoch } : { afterSeq: 0 };
  return {
    type: "hello",
    requestId: HELLO_ID,
    clientId,
    writerId,
    kind,
    sessionId,
    ...place,
    ...(snapshot && { snapshot }),
  };
}
