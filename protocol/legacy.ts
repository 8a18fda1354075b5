/**
 * The HTTP door of earlier releases, kept to the letter for scripts that use it: `GET /health` and `POST /v1/chat`, with
 * errors as `{error: string}`.
 *
 * Source: the compatibility lock, "Legacy HTTP".
 */
import * as z from "zod";
import { TurnStats } from "./event.ts";
import { MAX_CONTENT_LENGTH } from "./limits.ts";

/** `uptime` is whole seconds; `model` is the one that a turn would get. */
export const LegacyHealth = z.object({
  status: z.literal("ok"),
  model: z.string(),
  uptime: z.number().int().nonnegative(),
  version: z.string(),
});

const MISSING_MESSAGE = "Missing required field: message (string)";

/** A `session_id` that is no string, or names no session, begins a new one, as it always did. */
export const LegacyChatBody = z.looseObject(
  {
    message: z.string(MISSING_MESSAGE).min(1, MISSING_MESSAGE).max(
      MAX_CONTENT_LENGTH,
      `The message may have ${MAX_CONTENT_LENGTH} characters`,
    ),
    session_id: z.unknown().optional(),
  },
  MISSING_MESSAGE,
);
export type LegacyChatBody = z.infer<typeof LegacyChatBody>;

/** `tool_calls` is the number of `stats.toolCalls`: the releases before had that alone. */
export const LegacyChatAnswer = z.object({
  session_id: z.string(),
  response: z.string(),
  tool_calls: z.number().int().nonnegative(),
  stats: TurnStats,
  model: z.string(),
});

/** The body of every answer of this door that is not 2xx. */
export const LegacyError = z.object({ error: z.string() });
