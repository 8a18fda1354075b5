/**
 * The plainest client of the daemon: one WebSocket that parses the JSON of each line, as `direct` parses a chunk, and
 * neither validates nor folds it. What the client library adds to that has a row of its own.
 */
import type { ClientMessageInput, ControlFrame, OptaEvent } from "@opta/protocol";
import { credentialsFor, type Endpoint } from "@opta/protocol/client";

/** Deno takes headers here; the type is that of browsers. */
const HeaderWebSocket = WebSocket as unknown as new (url: string, init: { headers: HeadersInit }) => WebSocket;

type Ack = Extract<ControlFrame, { type: "ack" }>;
type Answer = Ack | Extract<ControlFrame, { type: "error" }>;

export class OptaSocket implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #closed: Promise<unknown>;
  readonly #answers = new Map<string, (answer: Answer) => void>();
  #requests = 0;
  /** Called with each event as soon as it is parsed. */
  onEvent: (event: OptaEvent) => void = () => {};

  static async open(endpoint: Endpoint): Promise<OptaSocket> {
    const url = `${endpoint.baseUrl.replace("http", "ws")}/v3/ws?clientId=bench`;
    const socket = new HeaderWebSocket(url, credentialsFor(endpoint));
    const client = new OptaSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error(`Cannot open a WebSocket to ${endpoint.baseUrl}`));
    });
    socket.onerror = null;
    return client;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.onclose = resolve);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as OptaEvent | ControlFrame;
      if (!("type" in frame)) this.onEvent(frame);
      else if (frame.type === "ack" || frame.type === "error") this.#settle(frame);
    };
  }

  /** Follows a session from a cursor; resolves when the daemon has taken it. */
  async follow(sessionId: string, after: { afterSeq: number; epoch?: string } = { afterSeq: 0 }): Promise<void> {
    await this.#ask({ type: "hello", clientId: "bench", sessionId, ...after });
  }

  /**
   * Resolves at the end of the next turn, and hands on its text until then.
   *
   * @throws {Error} when it fails
   */
  turnEnd(onText: (text: string) => void = () => {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onEvent = (event) => {
        if (event.event === "turn.token") onText(event.payload.text);
        else if (event.event === "turn.done") resolve();
        else if (event.event === "turn.error") reject(new Error(`The turn failed: ${event.payload.message}`));
      };
    });
  }

  /** Submits a turn; resolves with its id when it is durable. */
  async submit(sessionId: string, content: string, writerId = "bench"): Promise<string> {
    const who = { clientId: "bench", writerId };
    const ack = await this.#ask({ type: "turn.submit", sessionId, ...who, content, mode: "chat" });
    return String(ack.turnId);
  }

  /** Cancels what runs in a session; resolves when that is durable. */
  async cancel(sessionId: string): Promise<void> {
    await this.#ask({ type: "turn.cancel", sessionId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#closed;
  }

  async #ask(message: ClientMessageInput): Promise<Ack> {
    const requestId = `r${++this.#requests}`;
    const answer = await new Promise<Answer>((resolve) => {
      this.#answers.set(requestId, resolve);
      this.#socket.send(JSON.stringify({ ...message, requestId }));
    });
    if (answer.type === "error") throw new Error(`The daemon refused ${message.type}: ${answer.error.message}`);
    return answer;
  }

  #settle(answer: Answer): void {
    const id = answer.requestId ?? "";
    this.#answers.get(id)?.(answer);
    this.#answers.delete(id);
  }
}
