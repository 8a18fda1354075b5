/**
 * Something between a client and the daemon that does to connections what proxies on the way do: refuses WebSockets,
 * takes them and delivers nothing, stalls open ones, cuts. It takes one request a connection, and names the daemon's own
 * host to it, as the daemon wants it.
 */

/** What becomes of a WebSocket: `swallow` never answers the handshake, `mute` answers that and delivers nothing. */
export type WebSocketFate = "pass" | "refuse" | "swallow" | "mute";

/** Longest head of a request; there is none here as long. */
const MAX_HEAD_BYTES = 64 * 1024;
const HEAD_END = "\r\n\r\n";

interface Link {
  isWebSocket: boolean;
  isStalled: boolean;
  close(): void;
}

export class TcpProxy implements AsyncDisposable {
  /** Of handshakes from now on. */
  webSockets: WebSocketFate = "pass";
  /** Handshakes that came, whatever became of them. */
  handshakes = 0;
  readonly #target: { hostname: string; port: number };
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #links = new Set<Link>();
  readonly #served: Promise<void>;

  constructor(target: { hostname: string; port: number }) {
    this.#target = target;
    this.#served = this.#serve();
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Ends the open connections of this kind. */
  cut(which: "web sockets" | "all" = "all"): void {
    for (const link of [...this.#links]) if (which === "all" || link.isWebSocket) link.close();
  }

  /** Open WebSockets deliver nothing more, and stay open. */
  stallWebSockets(): void {
    for (const link of this.#links) if (link.isWebSocket) link.isStalled = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#served;
  }

  async #serve(): Promise<void> {
    const busy = new Set<Promise<void>>();
    for await (const connection of this.#listener) {
      const done: Promise<void> = this.#connect(connection)
        .catch(() => {}) // either side has left: that is what this is for
        .finally(() => busy.delete(done));
      busy.add(done);
    }
    await Promise.all(busy);
  }

  async #connect(client: Deno.TcpConn): Promise<void> {
    const closed = Promise.withResolvers<void>();
    const open: Deno.TcpConn[] = [client];
    const link: Link = {
      isWebSocket: false,
      isStalled: false,
      close: () => {
        for (const connection of open.splice(0)) connection.close();
        this.#links.delete(link);
        closed.resolve();
      },
    };
    this.#links.add(link);
    try {
      const { head, rest } = await readHead(client);
      link.isWebSocket = /^upgrade: *websocket$/im.test(head);
      if (link.isWebSocket) this.handshakes++;
      const fate = link.isWebSocket ? this.webSockets : "pass";
      if (fate === "refuse") {
        return void await write(client, text("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"));
      }
      if (fate === "swallow") return await closed.promise;
      const server = await Deno.connect(this.#target);
      if (open.length === 0) return server.close();
      open.push(server);
      await write(server, text(this.#rewritten(head, link.isWebSocket) + HEAD_END));
      await write(server, rest);
      if (fate === "mute") {
        const answer = await readHead(server);
        await write(client, text(answer.head + HEAD_END));
        link.isStalled = true;
      }
      const stalled = () => link.isStalled ? closed.promise : null;
      await Promise.race([pump(client, server, () => null), pump(server, client, stalled)]);
    } finally {
      link.close();
    }
  }

  #rewritten(head: string, isWebSocket: boolean): string {
    const { hostname, port } = this.#target;
    const lines = head.split("\r\n").filter((line) => isWebSocket || !/^connection:/i.test(line));
    if (!isWebSocket) lines.push("connection: close");
    return lines.map((line) => /^host:/i.test(line) ? `host: ${hostname}:${port}` : line).join("\r\n");
  }
}

const text = (text: string) => new TextEncoder().encode(text);

/** Up to the blank line, and what came after it. */
async function readHead(connection: Deno.Conn): Promise<{ head: string; rest: Uint8Array }> {
  const buffer = new Uint8Array(MAX_HEAD_BYTES);
  let length = 0;
  for (;;) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null || count === 0) throw new Error("There is no whole head.");
    length += count;
    const end = new TextDecoder("latin1").decode(buffer.subarray(0, length)).indexOf(HEAD_END);
    if (end < 0) continue;
    const head = new TextDecoder("latin1").decode(buffer.subarray(0, end));
    return { head, rest: buffer.slice(end + HEAD_END.length, length) };
  }
}

/** Carries bytes until one side ends; before each piece it waits for what `stalled` gives. */
async function pump(from: Deno.Conn, to: Deno.Conn, stalled: () => Promise<void> | null): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await stalled();
    await write(to, buffer.subarray(0, count));
  }
}

async function write(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}
