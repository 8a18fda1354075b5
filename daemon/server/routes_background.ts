/** Commands in the background of a session, started and ended by a person's client. */
import type { BackgroundSource } from "../tools/run/background_source.ts";
import { noSuchProcess } from "../tools/run/background_processes.ts";
import { HostError } from "../tools/host/host_process.ts";
import { OptaError } from "@opta/protocol";
import type { Handlers } from "./handlers.ts";

type BackgroundRoute =
  | "listBackground"
  | "startBackground"
  | "backgroundStatus"
  | "backgroundOutput"
  | "killBackground";

export function backgroundRoutes({ background }: { background: BackgroundSource }): Pick<Handlers, BackgroundRoute> {
  return {
    listBackground: ({ query }) => Promise.resolve({ processes: background.list(query.sessionId) }),

    async startBackground({ body }) {
      try {
        return { process: await background.start(body) };
      } catch (error) {
        if (error instanceof HostError) throw new OptaError("invalid_request", `Cannot start it: ${error.message}`);
        throw error;
      }
    },

    backgroundStatus: ({ params: { processId }, query: { sessionId } }) => {
      const process = background.status(processId);
      if (sessionId !== undefined && process.sessionId !== sessionId) throw noSuchProcess(processId);
      return Promise.resolve({ process });
    },

    backgroundOutput: ({ params, query }) => Promise.resolve(background.output(params.processId, query)),

    killBackground: async ({ params, body }) => await background.kill(params.processId, body.signal),
  };
}
