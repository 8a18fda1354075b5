/** A WebSocket client for tests: frames are taken one by one, and the end is a promise. */

export type Frame = Record<string, unknown>;

/** How long a frame may take to come before the test fails. */
const FRAME_TIMEOUT_MS = 5_000;

export class TestSocket implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  /** How the server or the peer ended it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** As they came, not yet taken. */
  readonly #lines: string[] = [];
  /** Apart, for they come whenever others come and go. */
  readonly #presence: Frame[] = [];
  #wake: () => void = () => {};

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url.replace("http", "ws"), { headers });
    const opened = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    this.opened = opened.promise;
    this.closed = closed.promise;
    this.opened.catch(() => {}); // a test that expects a refusal looks at `closed`
    this.socket.onopen = () => opened.resolve();
    this.socket.onerror = () => opened.reject(new Error("The socket was refused."));
    this.socket.onclose = ({ code, reason }) => {
      closed.resolve({ code, reason });
      this.#wake();
    };
    this.socket.onmessage = ({ data }) => {
      if (data.startsWith('{"type":"presence"')) this.#presence.push(JSON.parse(data));
      else this.#lines.push(data);
      this.#wake();
    };
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next frame as it came. */
  async line(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error("The socket is closed.");
      await this.#arrival();
    }
  }

  async frame(): Promise<Frame> {
    return JSON.parse(await this.line());
  }

  /** The next list of who is attached. */
  async presence(): Promise<Frame> {
    for (;;) {
      const frame = this.#presence.shift();
      if (frame !== undefined) return frame;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error("The socket is closed.");
      await this.#arrival();
    }
  }

  /** Takes frames up to the first that satisfies `wanted`; returns all of them. */
  async until(wanted: (frame: Frame) => boolean): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (;;) {
      const frame = await this.frame();
      frames.push(frame);
      if (wanted(frame)) return frames;
    }
  }

  async answer(requestId: string): Promise<Frame> {
    const frames = await this.until(({ type, requestId: id }) =>
      (type === "ack" || type === "error") && id === requestId
    );
    return frames.at(-1) ?? {};
  }

  #arrival(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("No frame came.")), FRAME_TIMEOUT_MS);
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
