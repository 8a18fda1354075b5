/** Sessions as things that are listed, made, changed, exported and deleted. */
import {
  MAX_IMPORT_BYTES,
  MAX_IMPORT_EVENTS,
  messagesOf,
  type RouteResponse,
  routes,
  type SessionDetail,
  type SessionState,
} from "@opta/protocol";
import { summaryOf } from "../session/summary.ts";
import type { ServerContext } from "./context.ts";
import { exportResponse } from "./export.ts";
import type { Handlers } from "./handlers.ts";
import { readLines } from "./read_lines.ts";

type SessionRoute =
  | "listSessions"
  | "createSession"
  | "getSession"
  | "updateSession"
  | "deleteSession"
  | "restoreSession"
  | "importSession"
  | "exportSession";

export function sessionRoutes({ sessions, store }: ServerContext): Pick<Handlers, SessionRoute> {
  return {
    listSessions: ({ query }) => sessions.list(query),

    async createSession({ body }) {
      const { summary, created } = await sessions.create(body);
      const answer: RouteResponse<"createSession"> = summary;
      return Response.json(answer, { status: created ? routes.createSession.status : 200 });
    },

    getSession: async ({ params }) => detailOf(await sessions.snapshot(params.sessionId)),

    async updateSession({ params, body }) {
      const session = await sessions.get(params.sessionId);
      await session.update(body);
      return summaryOf(session.state);
    },

    async deleteSession({ params: { sessionId }, query }) {
      return { sessionId, deleted: true, restorableUntil: await sessions.remove(sessionId, query.now === "1") };
    },

    restoreSession: ({ params }) => sessions.restore(params.sessionId),

    async importSession({ query: { sessionId, dryRun }, raw }) {
      const lines = readLines(raw, { type: routes.importSession.bodyType, maxBytes: MAX_IMPORT_BYTES });
      const answer = await sessions.import(sessionId, lines, dryRun === "1");
      let left = MAX_IMPORT_EVENTS; // what was not needed, as far as it can be a log: whoever still sends would miss the answer
      for await (const _ of lines) if (--left === 0) break;
      return answer;
    },

    exportSession: async ({ params, query }) =>
      exportResponse(await sessions.snapshot(params.sessionId), query.format, store),
  };
}

function detailOf(state: SessionState): SessionDetail {
  return { ...summaryOf(state), epoch: state.epoch, messages: messagesOf(state), workspace: state.workspace };
}
