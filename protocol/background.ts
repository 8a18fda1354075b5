/**
 * Bodies, queries and answers of the routes for background processes.
 *
 * Source: protocol v3, section 4, and what clients in the field send and read.
 */
import * as z from "zod";
import { BackgroundProcess } from "./event.ts";
import { MAX_COMMAND_LENGTH } from "./limits.ts";

const count = z.number().int().nonnegative();
const numeric = z.coerce.number().int().nonnegative();
const sessionId = z.string().min(1).max(200);

/** Without `sessionId`: those of all sessions. */
export const BackgroundQuery = z.object({ sessionId: sessionId.optional() });

/** `cwd` lies in the session's workspace; `timeoutMs` of 0, or none, is no limit. */
export const StartBackgroundBody = z.object({
  sessionId,
  command: z.string().min(1).max(MAX_COMMAND_LENGTH).refine((text) => !text.includes("\0"), "holds a NUL"),
  label: z.string().min(1).max(200).optional(),
  cwd: z.string().min(1).max(4_096).optional(),
  timeoutMs: numeric.pipe(z.number().max(24 * 3_600_000)).optional(),
});
export type StartBackgroundBody = z.infer<typeof StartBackgroundBody>;

export const BackgroundList = z.object({ processes: z.array(BackgroundProcess) });
export const BackgroundStatus = z.object({ process: BackgroundProcess });

/** `afterSeq` is exclusive: the `nextSeq` of the page before. */
export const BackgroundOutputQuery = z.object({
  afterSeq: numeric.default(0),
  limit: numeric.pipe(z.number().min(1).max(500)).default(200),
  stream: z.enum(["stdout", "stderr", "both"]).default("both"),
});
export type BackgroundOutputQuery = z.infer<typeof BackgroundOutputQuery>;

/** A piece of output. `seq` counts the pieces of one process from 1; of those no longer kept the numbers are missing. */
export const BackgroundChunk = z.object({
  seq: count,
  ts: z.string(),
  stream: z.enum(["stdout", "stderr"]),
  text: z.string(),
});
export type BackgroundChunk = z.infer<typeof BackgroundChunk>;

export const BackgroundOutput = z.object({
  process: BackgroundProcess,
  chunks: z.array(BackgroundChunk),
  nextSeq: count,
  hasMore: z.boolean(),
});
export type BackgroundOutput = z.infer<typeof BackgroundOutput>;

/** What the process is told first; all of its processes end soon after, whatever they make of it. */
export const BackgroundSignal = z.enum(["SIGTERM", "SIGKILL", "SIGINT"]);
export type BackgroundSignal = z.infer<typeof BackgroundSignal>;

export const KillBackgroundBody = z.object({ signal: BackgroundSignal.optional() });

/** `killed` is false for a process that had ended before. */
export const BackgroundKilled = z.object({ killed: z.boolean(), process: BackgroundProcess });
export type BackgroundKilled = z.infer<typeof BackgroundKilled>;
