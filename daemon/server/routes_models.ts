/** The models of the server that turns go to, whatever server it is. */
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { LIST_MODELS_WAIT_MS } from "./limits.ts";

export function modelRoutes({ listModels }: ServerContext): Pick<Handlers, "listModels"> {
  return {
    listModels: () => listModels(AbortSignal.timeout(LIST_MODELS_WAIT_MS)),
  };
}
