/**
 * Who may talk to the daemon at all: rules 1 and 2, looked at before anything else of a request, on every route.
 *
 * The Host rule stops DNS rebinding: a foreign name that was made to resolve to this machine still stands in the header.
 * The Origin rule stops pages of other sites; a request without Origin comes from a native client, which must know the
 * token. Only the origin that the request was sent to counts as the daemon's own: another loopback name of the same port
 * may belong to another process.
 */
import { OptaError } from "@opta/protocol";

export interface Source {
  /** `null`: not a browser, or a browser that does not say. */
  origin: string | null;
  /** The configured foreign origin that asks; `null` for everybody else. */
  foreign: string | null;
}

export class Guard {
  /** `name:port`, as a Host header has it. */
  readonly #hosts: ReadonlySet<string>;
  readonly #foreignOrigins: ReadonlySet<string>;

  /** @param pageName by which browsers call the daemon; `null` when it has none */
  constructor(port: number, foreignOrigins: readonly string[], pageName: string | null = null) {
    const names = ["127.0.0.1", "localhost", "[::1]", ...(pageName === null ? [] : [pageName])];
    this.#hosts = new Set(names.map((name) => `${name}:${port}`));
    this.#foreignOrigins = new Set(foreignOrigins);
  }

  /**
   * @param url of the request; it holds the authority of HTTP/2, where no Host header need be
   * @throws {OptaError} `forbidden_host`, `forbidden_origin`
   */
  admit(headers: Headers, url: URL): Source {
    const host = (headers.get("host") ?? url.host).toLowerCase();
    if (!this.#hosts.has(host) || !this.#hosts.has(url.host)) {
      throw new OptaError("forbidden_host", "This name is not one of the daemon's. Use 127.0.0.1 with its port.");
    }
    const origin = headers.get("origin");
    if (origin === null || origin === `http://${host}`) return { origin, foreign: null };
    if (this.#foreignOrigins.has(origin)) return { origin, foreign: origin };
    throw new OptaError("forbidden_origin", "Pages of this origin may not use the daemon.");
  }

  /** Whether a page of this origin may be given a ticket. */
  trusts(origin: string): boolean {
    return this.#foreignOrigins.has(origin) || [...this.#hosts].some((host) => origin === `http://${host}`);
  }
}
