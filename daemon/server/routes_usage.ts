/** What turns used. */
import { usageReport } from "../usage/usage_report.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";

export function usageRoutes({ store }: ServerContext): Pick<Handlers, "usage"> {
  return { usage: ({ query }) => usageReport(store, query) };
}
