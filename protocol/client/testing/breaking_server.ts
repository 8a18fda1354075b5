/**
 * A server for tests that answers by hand on kept connections: each connection answers its first request, and breaks
 * after it has read its second one, before any answer. It keeps every request that it has read.
 */

export class BreakingServer implements AsyncDisposable {
  /** Method and path of each request with its body, in order, over all connections. */
  readonly requests: { line: string; body: string }[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #served: Promise<void>;
  readonly #answer: unknown;

  constructor(answer: unknown) {
    this.#answer = answer;
    this.#served = this.#serve();
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await this.#served;
  }

  async #serve(): Promise<void> {
    const busy: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) {
        this.#connections.add(connection);
        busy.push(this.#talk(connection).catch(() => {}).finally(() => close(connection)));
      }
    } finally {
      await Promise.all(busy);
    }
  }

  async #talk(connection: Deno.Conn): Promise<void> {
    let count = 0;
    for await (const request of requestsOf(connection)) {
      this.requests.push(request);
      if (++count === 2) return;
      const text = JSON.stringify(this.#answer);
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head + text));
    }
  }
}

/** Reads requests one after the other, whether they say their length or come in chunks. ASCII only. */
async function* requestsOf(connection: Deno.Conn): AsyncGenerator<{ line: string; body: string }> {
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    for (let request = takeRequest(text); request; request = takeRequest(text)) {
      text = request.rest;
      yield request;
    }
    const count = await connection.read(buffer);
    if (count === null) return;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

function takeRequest(text: string): { line: string; body: string; rest: string } | null {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...headers] = text.slice(0, end).split("\r\n");
  const line = first.replace(/ HTTP\/1\.1$/, "");
  const after = text.slice(end + 4);
  const lengthOf = headers.map((header) => /^content-length: *(\d+)$/i.exec(header)?.[1]).find((found) => found);
  if (headers.some((header) => /^transfer-encoding: *chunked$/i.test(header))) {
    const last = after.indexOf("0\r\n\r\n");
    return last < 0 ? null : { line, body: after.slice(0, last), rest: after.slice(last + 5) };
  }
  const length = Number(lengthOf ?? 0);
  return after.length < length ? null : { line, body: after.slice(0, length), rest: after.slice(length) };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // it was closed before
  }
}
