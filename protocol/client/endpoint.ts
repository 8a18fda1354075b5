/** Where the daemon is and how to show that one may call it. */

export interface Endpoint {
  /** `http://127.0.0.1:9999`, without a path. */
  baseUrl: string;
  /** `null` in a browser page: its cookie goes by itself. */
  token: string | null;
}

/**
 * Finds the daemon. It is asked again whenever the answer may have changed: a daemon that has restarted has another
 * token and perhaps another port.
 */
export type EndpointSource = (signal: AbortSignal) => Promise<Endpoint>;

/** What `fetch` needs to call the daemon. */
export function credentialsFor(endpoint: Endpoint): { headers: Record<string, string>; credentials: "same-origin" } {
  const headers: Record<string, string> = endpoint.token === null ? {} : { authorization: `Bearer ${endpoint.token}` };
  return { headers, credentials: "same-origin" };
}

export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.baseUrl === b.baseUrl && a.token === b.token;
}
