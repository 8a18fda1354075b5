/** The two doors to a subscription. What can be refused is refused here, before anything is sent. */
import { type Cursor, OptaError, parseCursor, type RouteParsed } from "@opta/protocol";
import { follow, type FollowRequest } from "../session/follow.ts";
import { attachedClient } from "../session/presence.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { refuseFault, requireHead } from "./require_head.ts";
import { eventStream } from "./sse.ts";
import { acceptWebSocket } from "./ws.ts";

const WEBSOCKET_KEY = /^[A-Za-z0-9+/]{22}==$/;

export function followRoutes(context: ServerContext): Pick<Handlers, "followWs" | "followSse"> {
  const { store, connections, source, stallLimitMs, counters } = context;
  return {
    async followWs({ query, raw }) {
      connections.admit();
      refuseBadUpgrade(raw.headers);
      const first = query.sessionId === undefined ? null : followRequest(query, query.sessionId);
      if (first) await requireHead(store, first.sessionId);
      return acceptWebSocket(raw, context, first);
    },

    async followSse({ query, raw, completed }) {
      connections.admit();
      if (query.sessionId === undefined) throw new OptaError("invalid_request", "The query names no sessionId.");
      const lastEventId = raw.headers.get("last-event-id");
      const request = lastEventId === null
        ? followRequest(query, query.sessionId)
        : resumeRequest(query, query.sessionId, readLastEventId(lastEventId));
      const head = await requireHead(store, request.sessionId);
      if (!request.snapshot) refuseFault(head, request);
      return eventStream({
        follow: (signal) => follow(source, request, signal),
        connections,
        completed,
        stallLimitMs,
        onSlow: () => counters.slowConsumers++,
      });
    },
  };
}

/** The platform throws at such a handshake as if it were a bug of ours. */
function refuseBadUpgrade(headers: Headers): void {
  const names = (name: string, token: string) =>
    headers.get(name)?.toLowerCase().split(",").some((part) => part.trim() === token) === true;
  if (!names("upgrade", "websocket")) throw new OptaError("invalid_request", "Only a WebSocket can be opened here.");
  const fault = !names("connection", "upgrade")
    ? 'needs the header "connection: upgrade"'
    : headers.get("sec-websocket-version") !== "13"
    ? 'needs the header "sec-websocket-version: 13"'
    : WEBSOCKET_KEY.test(headers.get("sec-websocket-key") ?? "")
    ? null
    : 'needs a "sec-websocket-key" of 16 bytes in base64';
  if (fault !== null) throw new OptaError("invalid_request", `The handshake of a WebSocket ${fault}.`);
}

type FollowQuery = RouteParsed<"followSse", "query">;

function followRequest(query: FollowQuery, sessionId: string): FollowRequest {
  const { afterSeq = 0, epoch, snapshot } = query;
  return { sessionId, afterSeq, epoch, snapshot: snapshot === "1", client: attachedClient(query) };
}

/** A browser that resumes by itself repeats the query, but goes on from where it was: without another snapshot. */
function resumeRequest(query: FollowQuery, sessionId: string, { epoch, seq }: Cursor): FollowRequest {
  return { sessionId, afterSeq: seq, epoch, client: attachedClient(query) };
}

function readLastEventId(text: string): Cursor {
  const cursor = parseCursor(text);
  if (!cursor) throw new OptaError("invalid_request", "The header last-event-id is not EPOCH:SEQ.");
  return cursor;
}
