/**
 * Why a server cannot be reached, found out by knocking: a plain TCP connection that is closed at once. Neither `fetch` nor
 * `WebSocket` says it in a form that a program can rely on, nor can they tell "no connection yet" from "no answer yet".
 */
import { cannotReach, notPermitted, timedOut } from "./failure.ts";
import type { ModelFailure } from "./model.ts";
import type { ModelTimeouts } from "./timeouts.ts";

export interface ServerAddress {
  host: string;
  port: number;
}

/** How it is said that a server cannot be reached: what to do about it depends on whose server it is. */
export interface ReachWords {
  cannotReach: (server: string, why: string) => ModelFailure;
  notPermitted: (server: string) => ModelFailure;
}

/** `host:port` as people write it, and as it stands in a URL. */
export function formatAddress({ host, port }: ServerAddress): string {
  return `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}

/** The failure that keeps the server from being reached; `null` when it takes the connection, or `signal` aborts. */
export async function whyUnreachable(
  address: ServerAddress,
  timeouts: ModelTimeouts,
  signal: AbortSignal,
  words: ReachWords = { cannotReach, notPermitted },
): Promise<ModelFailure | null> {
  const server = formatAddress(address);
  const limit = new AbortController();
  // Knocked on after half of the time has passed already, or after a refusal: half of it is left.
  const timer = setTimeout(() => limit.abort(), timeouts.connectMs / 2);
  try {
    const hostname = address.host.replace(/^\[(.*)\]$/, "$1");
    const connection = await Deno.connect({
      hostname,
      port: address.port,
      signal: AbortSignal.any([signal, limit.signal]),
    });
    connection.close();
    return null;
  } catch (error) {
    if (signal.aborted) return null;
    if (limit.signal.aborted) return timedOut(server, "connectMs", timeouts);
    if (error instanceof Deno.errors.NotCapable) return words.notPermitted(server);
    return words.cannotReach(server, reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "connection refused";
  const message = error instanceof Error ? error.message : String(error);
  if (/failed to lookup address/.test(message)) return "no machine of that name is known";
  return message.replace(/ \(os error \d+\)$/, "");
}
