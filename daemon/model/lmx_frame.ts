/** The frames that LMX sends on `/v1/chat/stream`, validated as they come in. */
import { z } from "zod";
import { parseJson, TokenCounts } from "./completion_chunk.ts";

const requestId = z.string().min(1);

const LmxFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("chat.token"),
    request_id: requestId,
    content: z.string().nullish().transform((content) => content ?? ""),
  }),
  z.object({
    type: z.literal("chat.tool_call"),
    request_id: requestId,
    tool_call: z.object({
      index: z.number().int().nullish().catch(null),
      id: z.string().nullish(),
      name: z.string().nullish(),
      arguments: z.string().nullish(),
    }),
  }),
  z.object({
    type: z.literal("chat.done"),
    request_id: requestId,
    finish_reason: z.string().nullish(),
    /** Estimated from characters; zeros when the server does not know. */
    usage: TokenCounts,
  }),
  z.object({ type: z.literal("chat.error"), request_id: requestId.nullish(), error: z.string() }),
]);
export type LmxFrame = z.infer<typeof LmxFrame>;

/** Enough of a frame to say whose it is. */
const Named = z.object({ type: z.string().nullish(), request_id: requestId.nullish() });

const KNOWN_TYPES: ReadonlySet<string> = new Set(LmxFrame.options.map((option) => option.shape.type.value));

/**
 * Reads one message. `null` for one that a newer server may send and that is nobody's business here; a known frame that is
 * out of shape becomes the error of its request.
 */
export function parseLmxFrame(text: string): LmxFrame | null {
  const json = parseJson(text);
  if (isToken(json)) return json;
  const frame = LmxFrame.safeParse(json);
  if (frame.success) return frame.data;
  const named = Named.safeParse(json);
  if (named.success && named.data.type && !KNOWN_TYPES.has(named.data.type)) return null;
  const error = "it sent a frame that is not of its protocol";
  return { type: "chat.error", request_id: named.data?.request_id ?? null, error };
}

/** Nearly all frames are tokens: for them, the same checks without the schema, which is slow when its code is cold. */
function isToken(json: unknown): json is Extract<LmxFrame, { type: "chat.token" }> {
  const { type, request_id, content } = (json ?? {}) as Record<string, unknown>;
  return type === "chat.token" && typeof request_id === "string" && request_id !== "" && typeof content === "string";
}
