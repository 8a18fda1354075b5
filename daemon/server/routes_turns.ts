/** What is done in a session, and its history by the page. */
import { OptaError } from "@opta/protocol";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { MAX_PAGE_BYTES } from "./limits.ts";
import { refuseFault, requireHead } from "./require_head.ts";

type TurnRoute = "submitTurn" | "cancelTurns" | "resolvePermission" | "readEvents";

export function turnRoutes({ sessions, store }: ServerContext): Pick<Handlers, TurnRoute> {
  return {
    submitTurn: async ({ params, body }) => await (await sessions.get(params.sessionId)).submit(body),

    cancelTurns: async ({ params, body }) => await (await sessions.get(params.sessionId)).cancel(body),

    async resolvePermission({ params, body }) {
      if (params.requestId !== body.requestId) {
        throw new OptaError("invalid_request", "The requestId of the path and that of the body are not the same.");
      }
      return await (await sessions.get(params.sessionId)).resolve(body);
    },

    async readEvents({ params: { sessionId }, query: { afterSeq, epoch, limit } }) {
      const head = await requireHead(store, sessionId);
      refuseFault(head, { afterSeq, epoch });
      const page = await store.read(sessionId, afterSeq, { maxEvents: limit, maxBytes: MAX_PAGE_BYTES });
      const events = page.map(({ line }) => line).join(","); // the stored bytes, not parsed and printed again [E6]
      const body = `{"events":[${events}],"headSeq":${head.seq},"epoch":${JSON.stringify(head.epoch)}}`;
      return new Response(body, { headers: { "content-type": "application/json" } });
    },
  };
}
