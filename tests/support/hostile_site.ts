/** A site that means no good: pages without any policy, and a memory of what was sent to it. */

export interface SeenByHostile {
  path: string;
  cookie: string | null;
  referrer: string | null;
}

export class HostileSite implements AsyncDisposable {
  readonly seen: SeenByHostile[] = [];
  /** What it answers, by path; any other path has an empty page. */
  readonly pages = new Map<string, string>();
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url, headers }) => {
    const { pathname, search } = new URL(url);
    this.seen.push({ path: pathname + search, cookie: headers.get("cookie"), referrer: headers.get("referer") });
    const body = this.pages.get(pathname) ?? "<!doctype html><title>hostile</title>";
    return new Response(body, { headers: { "content-type": "text/html; charset=utf-8" } });
  });

  get port(): number {
    return this.#server.addr.port;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}
