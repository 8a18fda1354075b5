/** What a daemon says of itself to whoever has its token: `GET /v3/status`. What came later is `null` from older daemons. */
import * as z from "zod";

const count = z.number().int().nonnegative();

/** `degraded`: it serves, but not as it should; each reason is a sentence for people. Model servers are not its health. */
export const DaemonHealth = z.object({ status: z.enum(["ok", "degraded"]), reasons: z.array(z.string()) });
export type DaemonHealth = z.infer<typeof DaemonHealth>;

/** Who is attached at this moment. */
export const ClientCounts = z.object({
  /** Open WebSockets, and open event streams. */
  ws: count,
  sse: count,
  /** Clients that follow a session under a name, each once, by what they say they are: `terminal`, `web`, `editor` … */
  kinds: z.record(z.string(), count),
  /** Subscriptions without a name. */
  unnamed: count,
});
export type ClientCounts = z.infer<typeof ClientCounts>;

/** Bytes on the disk; that of the database stands in `storage`. */
export const DiskSizes = z.object({
  /** The log with the older files that are kept of it. */
  logBytes: count,
  /** What files held before turns changed them; `isWhole` is false when there is too much to be counted in full. */
  checkpoints: z.object({ bytes: count, files: count, isWhole: z.boolean() }),
});
export type DiskSizes = z.infer<typeof DiskSizes>;

/**
 * What holds commands back that turns run: `sandbox` and its kinds limit files, `processes` only sees to it that a command
 * ends with all of its processes, `none` does nothing. `problem` is why it could not be found out, and `kind` is `null`
 * then.
 */
export const SandboxReport = z.object({ kind: z.string().nullable(), problem: z.string().nullable() });
export type SandboxReport = z.infer<typeof SandboxReport>;

/** What is told only when it is asked for, as it has to be looked for first: `sandbox` takes some tenths of a second. */
export const StatusQuery = z.object({ sizes: z.enum(["0", "1"]).optional(), sandbox: z.enum(["0", "1"]).optional() });

/** What the daemon may do and what it talks to, as it sees itself. */
export const DaemonStatus = z.object({
  daemonId: z.string(),
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.string(),
  /** Deno permissions in force, each with what it is limited to (empty: nothing). */
  permissions: z.record(z.string(), z.array(z.string())),
  /** The model that a turn would get now, and why. */
  model: z.object({ provider: z.string(), model: z.string(), transport: z.string(), reason: z.string() }),
  storage: z.object({ path: z.string(), bytes: count, schemaVersion: count }),
  health: DaemonHealth.nullable().default(null),
  clients: ClientCounts.nullable().default(null),
  /** `null` also unless they were asked for. */
  sizes: DiskSizes.nullable().default(null),
  sandbox: SandboxReport.nullable().default(null),
});
export type DaemonStatus = z.infer<typeof DaemonStatus>;
