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

/** The socket, open; or why not. When `signal` aborts, the failure says nothing of use. */
export async function openWebSocket(
  server: LmxServer,
  timeouts: ModelTimeouts,
  signal: AbortSignal,
): Promise<WebSocket | ModelFailure> {
  const address = formatAddress(server);
  const headers = server.apiKey === null ? undefined : { authorization: `Bearer ${server.apiKey}` };
  let socket: WebSocket;
  try {
    socket = new WebSocket(`ws://${address}/v1/chat/stream`, { headers });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return notPermitted(address);
    return cannotReach(address, error instanceof Error ? error.message : String(error));
  }
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeouts.connectMs);
  const refusal = await settled(socket, AbortSignal.any([signal, late.signal]));
  clearTimeout(timer);
  if (refusal === null) return socket;
  if (late.signal.aborted) return timedOut(address, "connectMs", timeouts);
  return await whyUnreachable(server, timeouts, signal) ?? refused(address, refusal);
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

function refused(address: string, refusal: string): ModelFailure {
  const status = Number(/status code: (\d{3})/.exec(refusal)?.[1]);
  if (status === 401 || status === 403) return upstreamFailure(address, "", { message: "no access", status });
  return badResponse(address, `does not speak LMX's WebSocket${status ? ` (HTTP ${status})` : ""}`);
}
