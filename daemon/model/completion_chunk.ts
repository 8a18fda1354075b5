/**
 * What is used of the JSON that OpenAI-compatible servers send: chunks of a stream, whole answers, and errors. Loose on
 * purpose: servers leave out, null and add fields, and what is not read here is not checked.
 */
import { z } from "zod";
import type { UpstreamError } from "./failure.ts";

const ToolCall = z.object({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const Said = z.object({
  content: z.string().nullish(),
  /** Two names for the same: thinking that the server has told apart from the answer. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z.array(ToolCall).nullish(),
});

const ErrorValue = z.union([
  z.string(),
  z.object({
    message: z.string().nullish(),
    type: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
  }),
]);

/** What is no count is as good as none: an answer is not lost over it. */
export const TokenCounts = z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
  .nullish().catch(null);

/** One event of a stream, or a whole answer: they differ in `delta` and `message` alone. */
export const CompletionChunk = z.object({
  choices: z.array(z.object({
    delta: Said.nullish(),
    message: Said.nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: TokenCounts,
  error: ErrorValue.nullish(),
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
  if (delta["reasoning_content"] || delta["reasoning"] || delta["tool_calls"]) return null;
  return typeof delta["content"] === "string" ? delta["content"] : null;
}

/** The body of an answer that is not 2xx: as OpenAI writes it, or as FastAPI does. */
const ErrorBody = z.union([
  z.object({ error: ErrorValue }),
  z.object({ detail: z.string() }).transform(({ detail }) => ({ error: detail })),
]);

/** The fields of an error object that people are told. */
export function toUpstreamError(error: z.infer<typeof ErrorValue>): UpstreamError {
  if (typeof error === "string") return { message: error };
  const code = error.code ?? error.type;
  return { message: error.message ?? "", code: code === null || code === undefined ? null : String(code) };
}

/** Reads the body of an HTTP error; what is no error object is quoted when it is text, and left out when it is a page. */
export function parseErrorBody(body: string, status: number): UpstreamError {
  const parsed = ErrorBody.safeParse(parseJson(body));
  if (parsed.success) return { ...toUpstreamError(parsed.data.error), status };
  return { message: body.trimStart().startsWith("<") ? "" : body, status };
}

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which no schema here accepts
  }
}
