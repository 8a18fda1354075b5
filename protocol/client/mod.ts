/** The client library: what the command line, the terminal UI, the web page and scripts use to talk to the daemon. */
export * from "./api.ts";
export * from "./clock.ts";
export * from "./endpoint.ts";
export { ApiError, ConnectionLostError, DaemonUnreachableError, SessionClosedError } from "./errors.ts";
export type { Transport, TransportChoice } from "./fallback.ts";
export * from "./page_endpoint.ts";
export type { ConnectionState } from "./reconnect.ts";
export * from "./session.ts";
export type { AttachedClient, SessionChange } from "./change_feed.ts";
export type { WebSocketClass } from "./web_socket.ts";
export { answerOf } from "../state.ts";
export { hashState } from "../state_hash.ts";
