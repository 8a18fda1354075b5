/**
 * The door for clients of OpenAI's API: `GET /v1/models` and `POST /v1/chat/completions`. The daemon's token is the API
 * key. What a request may hold and does not change here (`top_p`, `seed` …) is passed over; what would change the
 * meaning of the answer is refused.
 *
 * Source: OpenAI's API reference, chat completions.
 */
import * as z from "zod";
import { MAX_CONTENT_LENGTH } from "./limits.ts";

/** Messages of one request: the longest conversations of coding tools have some thousand. */
const MAX_MESSAGES = 10_000;
const MAX_TOOLS = 512;
const MAX_STOPS = 4;
/** UTF-16 units of one: a line or two; what could be the beginning of one is held back and looked at again. */
const MAX_STOP_LENGTH = 1_000;

const text = z.string().max(MAX_CONTENT_LENGTH);
const Content = z.union(
  [text, z.array(z.looseObject({ type: z.literal("text"), text }))],
  "must be text, or a list of text parts: images and files cannot be passed on",
).transform((content) => typeof content === "string" ? content : content.map(({ text }) => text).join(""));

const FunctionCall = z.looseObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

/** A message of the conversation; `developer` is the newer name of `system`. */
export const OpenAiMessage = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content: Content }),
  z.looseObject({
    role: z.literal("assistant"),
    content: Content.nullish(),
    tool_calls: z.array(FunctionCall).max(MAX_TOOLS).nullish(),
  }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content: Content }),
]);
export type OpenAiMessage = z.infer<typeof OpenAiMessage>;

const Tool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const stop = z.string().min(1).max(MAX_STOP_LENGTH);

/** `stop` is one text or up to four; `tool_choice` is left to the model or turned off. */
export const ChatCompletionBody = z.looseObject({
  model: z.string().min(1).max(500),
  messages: z.array(OpenAiMessage).min(1).max(MAX_MESSAGES),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.literal(1, "must be 1: one answer is given").nullish(),
  stop: z.union([stop, z.array(stop).max(MAX_STOPS)], "must be a text, or up to 4, of 1 to 1,000 characters each")
    .nullish(),
  tools: z.array(Tool).max(MAX_TOOLS).nullish(),
  tool_choice: z.enum(["auto", "none"], "must be auto or none: the model decides").nullish(),
  response_format: z.looseObject({ type: z.literal("text", "must be text") }).nullish(),
});
export type ChatCompletionBody = z.infer<typeof ChatCompletionBody>;

const count = z.number().int().nonnegative();

/** Tokens, as the model server counts them, or else as estimated from lengths. */
export const CompletionUsage = z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count });
export type CompletionUsage = z.infer<typeof CompletionUsage>;

/** The answer to a request without `stream`; `created` is seconds since 1970. */
export const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: count,
  model: z.string(),
  choices: z.array(z.object({
    index: z.literal(0),
    message: z.object({
      role: z.literal("assistant"),
      content: z.string().nullable(),
      reasoning_content: z.string().optional(),
      tool_calls: z.array(FunctionCall).optional(),
    }),
    finish_reason: z.string(),
  })),
  usage: CompletionUsage,
});
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/** The models of the server that turns use. */
export const OpenAiModels = z.object({
  object: z.literal("list"),
  data: z.array(z.object({ id: z.string(), object: z.literal("model"), created: count, owned_by: z.string() })),
});

/** The body of every answer of this door that is not 2xx. */
export const OpenAiError = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.null(), code: z.string() }),
});
