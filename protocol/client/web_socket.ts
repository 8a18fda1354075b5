/**
 * The WebSocket that the platform brings: browsers, Deno and Node from version 22 have one. Node 20 has none; there, one
 * can be passed in, such as that of the package `ws`, and without it server-sent events do what is to be done.
 */
import { credentialsFor, type Endpoint } from "./endpoint.ts";

/**
 * A class whose objects behave like the WebSocket of browsers. It is called with headers when there is a token to send,
 * which the one of a browser does not take.
 */
export type WebSocketClass = new (url: string, options?: { headers: Record<string, string> }) => object;

/** That of the platform, if it has one. */
export function platformWebSocket(): WebSocketClass | null {
  return "WebSocket" in globalThis ? globalThis.WebSocket as unknown as WebSocketClass : null;
}

/** Opens a socket to the daemon. In a page its cookie goes by itself. */
export function openSocket(Class: WebSocketClass, endpoint: Endpoint, clientId: string): WebSocket {
  const url = new URL("/v3/ws", endpoint.baseUrl.replace(/^http/, "ws"));
  url.searchParams.set("clientId", clientId);
  const { headers } = credentialsFor(endpoint);
  return (endpoint.token === null ? new Class(url.href) : new Class(url.href, { headers })) as WebSocket;
}
