/**
 * What is used of the events that the Messages API streams. Loose on purpose, as Anthropic asks its clients to be: kinds of
 * events, blocks and deltas may be added at any time, and what is not read here is not checked.
 */
import { z } from "zod";
import type { AnthropicError } from "./anthropic_failure.ts";
import { parseError, parseJson } from "./completion_chunk.ts";

/** What is no count is as good as none: an answer is not lost over it. */
const Count = z.number().int().nonnegative().nullish().catch(null);

/** Running totals; a later event need not repeat what an earlier one said. */
const Usage = z.object({
  input_tokens: Count,
  /** What is written to the cache of prompts, or read from it, is not among `input_tokens`. */
  cache_creation_input_tokens: Count,
  cache_read_input_tokens: Count,
  output_tokens: Count,
}).nullish().catch(null);
export type AnthropicUsage = NonNullable<z.infer<typeof Usage>>;

const index = z.number().int().nullish().catch(null);
const text = z.string().nullish();

const Block = z.object({
  type: z.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  /** Of a tool call; empty when it comes in deltas. */
  input: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type AnthropicBlockStart = z.infer<typeof Block>;

const AnthropicEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message_start"), message: z.object({ usage: Usage }).nullish() }),
  z.object({ type: z.literal("content_block_start"), index, content_block: Block }),
  z.object({
    type: z.literal("content_block_delta"),
    index,
    delta: z.object({ type: z.string(), text, thinking: text, partial_json: text }),
  }),
  z.object({ type: z.literal("message_delta"), delta: z.object({ stop_reason: text }).nullish(), usage: Usage }),
  z.object({ type: z.literal("message_stop") }),
  z.object({ type: z.literal("ping") }),
  /** A whole answer, from what does not stream. */
  z.object({ type: z.literal("message"), content: z.array(Block), stop_reason: text, usage: Usage }),
]);
/** `other` is an event of a kind that is not known here. */
export type AnthropicEvent =
  | z.infer<typeof AnthropicEvent>
  | { type: "error"; error: AnthropicError }
  | { type: "other" };

const KNOWN_TYPES: ReadonlySet<string> = new Set(AnthropicEvent.options.map(({ shape }) => shape.type.value));

/** `null` for what is no event of the Messages API, or a known one out of shape. */
export function parseAnthropicEvent(name: string | undefined, data: string): AnthropicEvent | null {
  const json = parseJson(data);
  const event = AnthropicEvent.safeParse(json);
  if (event.success) return event.data;
  const type = Named.safeParse(json).data?.type;
  if (type !== undefined && type !== "error") return KNOWN_TYPES.has(type) ? null : { type: "other" };
  const error = errorIn(json) ?? (type === "error" || name === "error" ? { type: null, message: data } : null);
  return error && { type: "error", error };
}

const Named = z.object({ type: z.string() });
const RequestId = z.object({ request_id: z.string() });

/** An error as the API writes it, or as a gateway on the way to it does, which may speak as OpenAI. */
function errorIn(json: unknown): AnthropicError | null {
  const error = parseError(json);
  if (error === null) return null;
  const requestId = RequestId.safeParse(json).data?.request_id ?? null;
  return { type: error.type ?? error.code ?? null, message: error.message, requestId };
}

/** The body of an answer that is not 2xx; what is no error object is quoted, unless it is a page. */
export function parseAnthropicErrorBody(body: string, status: number): AnthropicError {
  const error = errorIn(parseJson(body)) ?? { type: null, message: body.trimStart().startsWith("<") ? "" : body };
  return { ...error, status };
}
