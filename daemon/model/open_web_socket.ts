/** Opens and closes WebSockets to a model server, within a time; what goes wrong is a value. */
import { formatAddress, type ServerAddress, whyUnreachable } from "./reach.ts";
import { badResponse, cannotReach, notPermitted, timedOut, upstreamFailure } from "./failure.ts";
import type { ModelFailure } from "./model.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** How long closing waits for the server to agree: a dead one never does. */
const CLOSE_LIMIT_MS = 1_000;

export interface LmxServer extends ServerAddress {
  apiKey: string | null;
}

/** Why there is no socket. */
export interface SocketRefusal {
  /**
   * `missing`: the server has no such socket. `refused`: it has none to give now, or something on the way passes none on.
   * `unreachable`: nobody is there. `forbidden`: it is not for us.
   */
  why: "missing" | "refused" | "unreachable" | "forbidden";
  failure: ModelFailure;
}

/** The socket, open; or why not. When `signal` aborts, the reason says nothing of use. */
export async function openWebSocket(
  server: LmxServer,
  timeouts: ModelTimeouts,
  signal: AbortSignal,
): Promise<WebSocket | SocketRefusal> {
  const address = formatAddress(server);
  const headers = server.apiKey === null ? undefined : { authorization: `Bearer ${server.apiKey}` };
  let socket: WebSocket;
  try {
    socket = new WebSocket(`ws://${address}/v1/chat/stream`, { headers });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return { why: "forbidden", failure: notPermitted(address) };
    const why = error instanceof Error ? error.message : String(error);
    return { why: "unreachable", failure: cannotReach(address, why) };
  }
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeouts.connectMs);
  const refusal = await settled(socket, AbortSignal.any([signal, late.signal]));
  clearTimeout(timer);
  if (refusal === null) return socket;
  if (late.signal.aborted) {
    // It may take other connections all the same: there are proxies that swallow the handshake.
    return { why: "refused", failure: timedOut(address, "connectMs", timeouts) };
  }
  const unreachable = await whyUnreachable(server, timeouts, signal);
  return unreachable ? { why: "unreachable", failure: unreachable } : refused(address, refusal);
}

/** Closes a socket and waits until it is closed. */
export async function closeWebSocket(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = Promise.withResolvers<void>();
  socket.addEventListener("close", () => closed.resolve(), { once: true });
  socket.close();
  const timer = setTimeout(closed.resolve, CLOSE_LIMIT_MS);
  await closed.promise;
  clearTimeout(timer);
}

/** `null` when the socket has opened, else what was said instead. */
function settled(socket: WebSocket, signal: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const giveUp = () => socket.close();
  let refusal = "";
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  socket.onopen = () => resolve(null);
  socket.onerror = (event) => refusal = event instanceof ErrorEvent ? event.message : "";
  socket.onclose = () => resolve(refusal);
  return promise.finally(() => {
    signal.removeEventListener("abort", giveUp);
    socket.onopen = socket.onerror = socket.onclose = null;
  });
}

/** Statuses with which a server, or what stands before it, says that it has no time for us now. */
const BUSY: readonly number[] = [429, 502, 503];

function refused(address: string, refusal: string): SocketRefusal {
  const status = Number(/status code: (\d{3})/.exec(refusal)?.[1]);
  if (status === 401 || status === 403) {
    return { why: "forbidden", failure: upstreamFailure(address, "", { message: "no access", status }) };
  }
  const failure = badResponse(address, `does not speak LMX's WebSocket${status ? ` (HTTP ${status})` : ""}`);
  if (BUSY.includes(status)) return { why: "refused", failure: { ...failure, again: { afterMs: null } } };
  // Whatever else answers does so because it knows no such route; 501 says just that.
  return { why: status < 500 && status !== 408 || status === 501 ? "missing" : "refused", failure };
}
