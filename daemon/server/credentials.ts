/**
 * Who the caller is: the bearer token of native clients, or the cookie that a page got for a ticket. Rules 3 and 4.
 * A token in a query is never looked for.
 */
import { OptaError } from "@opta/protocol";
import { getCookies } from "@std/http";
import { AttemptLimit } from "./attempt_limit.ts";
import type { Source } from "./guard.ts";
import { FAILED_ATTEMPTS_WINDOW_MS, MAX_BROWSER_SESSIONS, MAX_FAILED_ATTEMPTS } from "./limits.ts";
import { hashSecret, matchesHash, newSecret } from "./secret.ts";

/** A cookie reaches every port of a host: with the port in its name, daemons do not overwrite each other's. */
export function cookieName(port: number): string {
  return `opta_session_${port}`;
}

export class Credentials {
  readonly #tokenHash: Uint8Array;
  readonly #cookieName: string;
  readonly #attempts: AttemptLimit;
  /** Origins of signed-in pages by the hash of their cookie, oldest first. */
  readonly #browsers = new Map<string, string>();

  /** @param now milliseconds of a monotonic clock */
  constructor(token: string, cookieName: string, now: () => number = () => performance.now()) {
    this.#tokenHash = hashSecret(token);
    this.#cookieName = cookieName;
    this.#attempts = new AttemptLimit(MAX_FAILED_ATTEMPTS, FAILED_ATTEMPTS_WINDOW_MS, now);
  }

  /** @throws {OptaError} `unauthorized`, `forbidden_origin`, `too_many_attempts` */
  check(headers: Headers, method: string, { origin }: Source): void {
    const authorization = headers.get("authorization");
    if (authorization !== null) {
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (token !== undefined && matchesHash(token, this.#tokenHash)) return;
      throw this.wrong("The token is wrong. A restart of the daemon makes a new one.");
    }
    const cookie = headers.has("cookie") ? getCookies(headers)[this.#cookieName] : undefined;
    if (cookie === undefined) {
      throw new OptaError("unauthorized", 'Credentials are needed: the header "authorization: Bearer TOKEN".');
    }
    const owner = this.#browsers.get(hashSecret(cookie).toHex());
    if (owner === undefined) throw this.wrong("This page is no longer signed in. Open it again with: opta web");
    if (!isOwnRequest(owner, origin, method, headers)) {
      throw new OptaError("forbidden_origin", "The cookie of one page is not taken from another.");
    }
  }

  /** Signs a page of `origin` in; returns the value of its cookie. */
  signIn(origin: string): string {
    const [oldest] = this.#browsers.keys();
    if (oldest !== undefined && this.#browsers.size >= MAX_BROWSER_SESSIONS) this.#browsers.delete(oldest);
    const cookie = newSecret();
    this.#browsers.set(hashSecret(cookie).toHex(), origin);
    return cookie;
  }

  /** The error for wrong credentials of any kind: after too many of them it says to wait. */
  wrong(message: string): OptaError {
    const retryAfterMs = this.#attempts.fail();
    if (retryAfterMs === 0) return new OptaError("unauthorized", message);
    return new OptaError("too_many_attempts", "Too many wrong credentials. Wait, then use the right ones.", {
      retryAfterMs,
    });
  }
}

/**
 * The browser sends a cookie along whoever asks, so the request must prove that the page itself does: by its Origin, or,
 * for a GET, which has none, by the browser's own word that it comes from the same origin.
 */
function isOwnRequest(owner: string, origin: string | null, method: string, headers: Headers): boolean {
  if (origin !== null) return origin === owner;
  return method === "GET" && headers.get("sec-fetch-site") === "same-origin";
}
