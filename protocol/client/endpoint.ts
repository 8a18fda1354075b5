/** Where the daemon is and how to show that one may call it. */

export interface Endpoint {
  /** `http://127.0.0.1:9999`, without a path. */
  baseUrl: string;
  /** `null` in a browser page: its cookie goes by itself. */
  token: string | null;
}

/**
 * Finds the daemon. It is asked again whenever the answer may have changed: a daemon that has restarted has another
 * token and perhaps another port. That of a browser page is made by `pageEndpoint()`.
 */
export type EndpointSource = (signal: AbortSignal) => Promise<Endpoint>;

/** What `fetch` needs to call the daemon. */
export function credentialsFor(
  { token }: Endpoint,
): { headers: Record<string, string>; credentials: "include" | "omit" } {
  // "include": the page may come from another port than the daemon's, which makes it another origin of the same site.
  if (token === null) return { headers: {}, credentials: "include" };
  return { headers: { authorization: `Bearer ${token}` }, credentials: "omit" };
}

/**
 * Whether what the daemon refuses at `a` it also refuses at `b`. A page cannot look at its cookie: there, another object
 * stands for another cookie.
 */
export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a === b || (a.token !== null && a.baseUrl === b.baseUrl && a.token === b.token);
}
