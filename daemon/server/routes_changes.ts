/** What turns have changed in files, for people who look at it and take it back. */
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";

type ChangeRoute = "listChanges" | "diffChanges" | "undoChanges";

export function changeRoutes({ changes }: Pick<ServerContext, "changes">): Pick<Handlers, ChangeRoute> {
  return {
    listChanges: async ({ params }) => ({ changes: await changes.list(params.sessionId) }),

    diffChanges: async ({ params, query }) => await changes.diff(params.sessionId, query),

    undoChanges: async ({ params, body }) => await changes.undo(params.sessionId, body),
  };
}
