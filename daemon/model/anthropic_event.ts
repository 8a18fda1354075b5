/**
 * What is used of the events that the Messages API streams. Loose on purpose, as Anthropic asks its clients to be: kinds of
 * events, blocks and deltas may be added at any time, and what is not read here is not checked.
 */
import { z } from "zod";
import type { AnthropicError } from "./anthropic_failure.ts";
import { parseJson } from "./completion_chunk.ts";

const Count = z.number().nonnegative().nullish();

/** Running totals; a later event need not repeat what an earlier one said. */
const Usage = z.object({
  input_tokens: Count,
  /** What is written to the cache of prompts, or read from it, is not among `input_tokens`. */
  cache_creation_input_tokens: Count,
  cache_read_input_tokens: Count,
  output_tokens: Count,
});
export type AnthropicUsage = z.infer<typeof Usage>;

const index = z.number().int().nullish();
const text = z.string().nullish();

const ErrorEvent = z.object({ type: z.literal("error"), error: z.object({ type: text, message: text }) });

const AnthropicEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message_start"), message: z.object({ usage: Usage.nullish() }) }),
  z.object({
    type: z.literal("content_block_start"),
    index,
    content_block: z.object({ type: z.string(), text, thinking: text, id: text, name: text }),
  }),
  z.object({
    type: z.literal("content_block_delta"),
    index,
    delta: z.object({ type: z.string(), text, thinking: text, partial_json: text }),
  }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({ stop_reason: text }),
    usage: Usage.nullish(),
  }),
  z.object({ type: z.literal("message_stop") }),
  z.object({ type: z.literal("ping") }),
  ErrorEvent,
]);
/** `other` is an event of a kind that is not known here. */
export type AnthropicEvent = z.infer<typeof AnthropicEvent> | { type: "other" };

const Named = z.object({ type: z.string() });

const KNOWN_TYPES: ReadonlySet<string> = new Set(AnthropicEvent.options.map(({ shape }) => shape.type.value));

/** `null` for what is no event of the Messages API, or a known one out of shape. */
export function parseAnthropicEvent(json: unknown): AnthropicEvent | null {
  const event = AnthropicEvent.safeParse(json);
  if (event.success) return event.data;
  const named = Named.safeParse(json);
  return named.success && !KNOWN_TYPES.has(named.data.type) ? { type: "other" } : null;
}

/** The body of an answer that is not 2xx; what another server on the way wrote is quoted, unless it is a page. */
export function parseAnthropicError(body: string, status: number): AnthropicError {
  const { data } = ErrorEvent.safeParse(parseJson(body));
  if (data) return { type: data.error.type ?? null, message: data.error.message ?? "", status };
  return { type: null, message: body.trimStart().startsWith("<") ? "" : body, status };
}
