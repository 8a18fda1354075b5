/** A server that lists models, or does something else instead, and remembers who asked. */

export interface ListServerOptions {
  /** The answer to `GET /v1/models`: the models, or any other response. */
  list: { id: string; state?: string }[] | (() => Response | Promise<Response>);
  /** Whether it has LMX's WebSocket. */
  lmx?: boolean;
  port?: number;
}

export class ListServer implements AsyncDisposable {
  /** Both can be changed while it runs. */
  list: ListServerOptions["list"];
  lmx: boolean;
  /** `authorization` of each request for the list. */
  readonly asked: (string | null)[] = [];
  /** Sockets that were asked for. */
  socketCount = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #change = Promise.withResolvers<void>();

  constructor({ list, lmx = false, port = 0 }: ListServerOptions) {
    this.list = list;
    this.lmx = lmx;
    this.#server = Deno.serve(
      { port, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response(null, { status: 500 }) },
      (request) => this.#answer(request),
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Resolves once the list has been asked for so many times. */
  async askedTimes(count: number): Promise<void> {
    while (this.asked.length < count) await this.#change.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/v1/models")) {
      this.asked.push(request.headers.get("authorization"));
      this.#change.resolve();
      this.#change = Promise.withResolvers();
      return Array.isArray(this.list) ? Response.json({ object: "list", data: this.list }) : this.list();
    }
    if (pathname === "/v1/chat/stream") {
      this.socketCount += 1;
      if (this.lmx) return Deno.upgradeWebSocket(request).response;
    }
    return new Response("Not Found", { status: 404 });
  }
}

/** A port of this machine on which nothing listens. */
export function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** An answer that never ends; `gaveUp` says that the client has let go of it. */
export function hanging(): { list: () => Response; gaveUp: Promise<void> } {
  const { promise: gaveUp, resolve } = Promise.withResolvers<void>();
  return { list: () => new Response(new ReadableStream({ cancel: () => resolve() })), gaveUp };
}
