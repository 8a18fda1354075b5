/** What the composer offers beside commands: files of the session's folder, models, modes and sessions. */
import { TurnMode } from "@opta/protocol";
import type { Api, Session } from "@opta/protocol/client";
import { sanitizeLine } from "../../sanitize.ts";
import type { OptionSource } from "./completion_menu.ts";
import { listFiles } from "./file_list.ts";

/** Sessions that are offered: as many as one looks through by typing. */
const LISTED_SESSIONS = 50;

export function optionSource(api: Api, session: () => Session | null): OptionSource {
  return {
    async files(signal) {
      const cwd = session()?.state.workspace?.cwd;
      return cwd === undefined ? [] : await listFiles(cwd, signal);
    },
    values(command, signal) {
      switch (command) {
        case "mode":
          return Promise.resolve(TurnMode.options.map((value) => ({ value, hint: "" })));
        case "model":
          return api.call("listModels", { signal }).then(({ models }) =>
            models.map(({ id, loaded }) => ({ value: id, hint: loaded ? "loaded" : "" }))
          );
        case "resume":
          return api.call("listSessions", { query: { limit: LISTED_SESSIONS }, signal }).then(({ sessions }) =>
            sessions.map(({ sessionId, title }) => ({ value: sessionId, hint: sanitizeLine(title) }))
          );
        default:
          return null;
      }
    },
  };
}
