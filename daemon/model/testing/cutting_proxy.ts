/** A TCP proxy before a server that cuts a connection off in the middle of what the server sends, as a network does. */

export class CuttingProxy implements AsyncDisposable {
  readonly host = "127.0.0.1";
  /** How many bytes the next connection lets through to the client; later ones let everything through. */
  cutAfter = Infinity;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Promise<void>>();
  readonly #open = new Set<Deno.Conn>();
  readonly #accepting: Promise<void>;

  constructor(target: { host: string; port: number }) {
    this.#accepting = this.#accept(target);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) close(conn);
    await this.#accepting;
    await Promise.all(this.#connections);
  }

  async #accept(target: { host: string; port: number }): Promise<void> {
    for await (const client of this.#listener) {
      const cutAfter = this.cutAfter;
      this.cutAfter = Infinity;
      const connection = this.#carry(client, target, cutAfter).finally(() => this.#connections.delete(connection));
      this.#connections.add(connection);
    }
  }

  async #carry(client: Deno.Conn, target: { host: string; port: number }, cutAfter: number): Promise<void> {
    const server = await Deno.connect({ hostname: target.host, port: target.port });
    const both = [client, server];
    for (const conn of both) this.#open.add(conn);
    await Promise.race([pump(client, server, Infinity), pump(server, client, cutAfter)]);
    for (const conn of both) {
      close(conn);
      this.#open.delete(conn);
    }
  }
}

/** Resolves at the end of what is read, when so many bytes have passed, or when either side is closed. */
async function pump(from: Deno.Conn, to: Deno.Conn, limit: number): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  try {
    for (let left = limit; left > 0;) {
      const read = await from.read(buffer);
      if (read === null) return;
      const bytes = buffer.subarray(0, Math.min(read, left));
      for (let written = 0; written < bytes.length;) written += await to.write(bytes.subarray(written));
      left -= bytes.length;
    }
  } catch {
    // One side has gone, which ends the other as well.
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error; // it was closed before
  }
}
