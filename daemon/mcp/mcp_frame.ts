/** What the daemon asks of an MCP host, and is answered. A host is for one server. */
import { z } from "zod";

/** How to reach the server. Keys come this way, and not in the host's arguments, which every user of the machine can see. */
export const ServerPlan = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("program"),
    command: z.string(),
    args: z.array(z.string()),
    /** All of its environment. */
    env: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal("endpoint"), url: z.string(), headers: z.record(z.string(), z.string()) }),
]);
export type ServerPlan = z.infer<typeof ServerPlan>;

/** Arguments of the operation `tools`, which connects first when it has to. */
export const ListRequest = z.object({ plan: ServerPlan });

export const ServerTool = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of its arguments. */
  parameters: z.record(z.string(), z.unknown()),
});
export type ServerTool = z.infer<typeof ServerTool>;

export const Listing = z.object({
  /** The server's name and version, as it gives them. */
  server: z.string(),
  tools: z.array(ServerTool),
  /** There are more than are given. */
  isCut: z.boolean(),
});
export type Listing = z.infer<typeof Listing>;

/** Arguments of the operation `call`. */
export const CallRequest = z.object({
  plan: ServerPlan,
  tool: z.string(),
  args: z.record(z.string(), z.unknown()),
});

export const CallOutcome = z.object({ ok: z.boolean(), result: z.string(), truncated: z.boolean() });
export type CallOutcome = z.infer<typeof CallOutcome>;
