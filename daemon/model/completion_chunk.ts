/**
 * What is used of the JSON that OpenAI-compatible servers send: chunks of a stream, whole answers, and errors. Loose on
 * purpose: servers leave out, null and add fields, and what is not read here is not checked.
 */
import { z } from "zod";
import type { UpstreamError } from "./failure.ts";
import type { ModelPart } from "./model.ts";

type Usage = Extract<ModelPart, { type: "usage" }>;

const ToolCall = z.object({
  index: z.number().int().nullish().catch(null),
  id: z.string().nullish(),
  function: z.object({
    name: z.string().nullish(),
    /** JSON text as it grows; some servers send the value itself. */
    arguments: z.union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))])
      .nullish(),
  }).nullish(),
});

/** Thinking as text; in other shapes it is read as far as it is understood, and never keeps an answer from being read. */
const Reasoning = z.string().nullish().catch(null);
const ReasoningDetails = z.array(
  z.object({ text: z.string().nullish(), summary: z.string().nullish() })
    .transform(({ text, summary }) => text ?? summary ?? "").catch(""),
).transform((texts) => texts.join("")).nullish().catch(null);

const Said = z.object({
  content: z.string().nullish(),
  /** Three names for the same: thinking that the server has told apart from the answer. */
  reasoning_content: Reasoning,
  reasoning: Reasoning,
  reasoning_details: ReasoningDetails,
  tool_calls: z.array(ToolCall).nullish(),
});
export type Said = z.infer<typeof Said>;

const ErrorObject = z.object({
  message: z.string().nullish(),
  type: z.string().nullish().catch(null),
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  param: z.string().nullish().catch(null),
});
const ErrorValue = z.union([z.string(), ErrorObject]);

/** What is no count is as good as none: an answer is not lost over it. */
export const TokenCounts = z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
  .nullish().catch(null);

/** `null` when nothing was counted: some servers say zero when they do not know. */
export function usagePart(
  counts: z.infer<typeof TokenCounts> | undefined,
  source: Usage["source"],
): Usage | null {
  const promptTokens = counts?.prompt_tokens ?? null;
  const completionTokens = counts?.completion_tokens ?? null;
  return (promptTokens ?? 0) + (completionTokens ?? 0) > 0
    ? { type: "usage", promptTokens, completionTokens, source }
    : null;
}

/** One event of a stream, or a whole answer: they differ in `delta` and `message` alone. */
export const CompletionChunk = z.object({
  choices: z.array(z.object({
    delta: Said.nullish(),
    message: Said.nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: TokenCounts,
  /** `error` for an error that older vLLM writes. */
  object: z.string().nullish().catch(null),
  error: z.unknown().optional(),
});
export type CompletionChunk = z.infer<typeof CompletionChunk>;

/** A chunk of which nothing is known yet; each field is asked for its kind before it is used. */
interface Unchecked {
  [field: string]: unknown;
  choices?: { finish_reason?: unknown; message?: unknown; delta?: Record<string, unknown> | null }[] | null;
}

/**
 * The text of a chunk that adds text and says nothing else, as nearly all do; `null` for every other, which is then read
 * by its schema. Between two tokens of a slow answer code goes cold, and this much less of it is a tenth of what a token
 * costs.
 */
export function plainContent(json: unknown): string | null {
  const chunk = json as Unchecked | null | undefined;
  if (!chunk || chunk["error"] || chunk["usage"]) return null;
  const choice = chunk.choices?.[0];
  const delta = choice?.delta;
  if (!choice || !delta || choice.finish_reason || choice.message) return null;
  if (delta["reasoning_content"] || delta["reasoning"] || delta["reasoning_details"] || delta["tool_calls"]) {
    return null;
  }
  return typeof delta["content"] === "string" ? delta["content"] : null;
}

/** An error in the place of an answer: as OpenAI writes it, as older vLLM does, or as FastAPI does. */
const ErrorBody = z.union([
  z.object({ error: ErrorValue }).transform(({ error }) => error),
  ErrorObject.extend({ object: z.literal("error") }),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

/** What an error object says; `null` for what is none. */
export function parseError(json: unknown): UpstreamError | null {
  const { success, data: error } = ErrorBody.safeParse(json);
  if (!success) return null;
  if (typeof error === "string") return { message: error };
  const { message, type = null, param = null, code = null } = error;
  return { message: message ?? "", type, param, code: code === null ? null : String(code) };
}

/** Reads the body of an HTTP error; what is no error object is quoted when it is text, and left out when it is a page. */
export function parseErrorBody(body: string, status: number): UpstreamError {
  const error = parseError(parseJson(body)) ?? { message: body.trimStart().startsWith("<") ? "" : body };
  return { ...error, status };
}

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which no schema here accepts
  }
}
