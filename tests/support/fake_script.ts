/**
 * What a fake model server can be told to do with a request: the rule as tests write it, and the pieces that an answer made
 * by it consists of.
 */
import { z } from "zod";
import { sharedNowMs } from "./shared_clock.ts";

/** Texts as they are, or that many made-up words. */
const Tokens = z.union([z.array(z.string()), z.number().int().nonnegative()]);

/** What goes wrong, after so many pieces of the answer. */
const Fault = z.discriminatedUnion("kind", [
  /** An error object in the stream, or `chat.error`. */
  z.object({
    kind: z.literal("error"),
    after: z.number().int(),
    message: z.string(),
    code: z.string().nullable().default(null),
  }),
  /** The connection is cut, without any ending. */
  z.object({ kind: z.literal("drop"), after: z.number().int() }),
  /** The same for one in so many requests, after any number of pieces but none; a seed and a request's number tell which. */
  z.object({ kind: z.literal("drop_some"), oneIn: z.number().int().positive(), seed: z.number().int() }),
  /** Nothing more comes, until a step; with `commentEveryMs` an SSE comment now and then. */
  z.object({ kind: z.literal("stall"), after: z.number().int(), commentEveryMs: z.number().positive().optional() }),
]);

/** One rule. The newest one that fits a request serves it. */
export const Script = z.object({
  /** Only requests for this model. */
  model: z.string().optional(),
  /** Only requests over this transport. */
  transport: z.enum(["ws", "sse", "json"]).optional(),
  /** Serves so many requests and is gone. */
  times: z.number().int().positive().optional(),

  /** What is waited for before the first piece: milliseconds, or a step. */
  prefill: z.union([z.number().nonnegative(), z.literal("manual")]).default(0),
  /** HTTP: the headers, too, wait for the prefill. */
  lateHeaders: z.boolean().default(false),

  thinking: Tokens.default([]),
  tokens: Tokens.default(["Hello", ",", " world", "."]),
  /** `arguments` are the deltas. */
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.array(z.string()) })).default([]),
  /** Pieces a second, as fast as they are taken, or one for each step, the ending being the last. */
  pace: z.union([z.number().positive(), z.literal("flood"), z.literal("manual")]).default("flood"),
  /** Each token is the time at which it was sent, by the shared clock, and a blank: see `readStamps`. */
  stampTokens: z.boolean().default(false),
  /** Each token is the last message, its own number and a blank: see `readNumbered`. */
  numberTokens: z.boolean().default(false),

  /** `null`: the server says none. */
  finishReason: z.string().nullable().default("stop"),
  usage: z.boolean().default(true),
  /** HTTP: whether `[DONE]` ends the stream. */
  done: z.boolean().default(true),

  fault: Fault.optional(),
  /** HTTP: refuses the request. WebSocket: a `chat.error` with the body as its text. */
  refuse: z.object({ status: z.number().int(), body: z.string(), contentType: z.string().default("application/json") })
    .optional(),
  /** Sent word for word in place of the answer: parts of an HTTP body, or frames, in which `{{id}}` is the request's id. */
  raw: z.object({
    chunks: z.array(z.string()),
    contentType: z.string().default("text/event-stream"),
    /** What comes after them: the body ends (a socket stays open), the connection is cut, or nothing happens. */
    then: z.enum(["end", "drop", "hold"]).default("end"),
  }).optional(),
});
export type Script = z.output<typeof Script>;
/** A rule with the defaults left out. */
export type ScriptRule = z.input<typeof Script>;

/** A piece of an answer, as both transports send them. */
export type Piece =
  | { kind: "text" | "thinking"; text: string }
  | { kind: "tool_call"; index: number; id: string | null; name: string | null; arguments: string }
  | { kind: "raw"; text: string };

/** The fault of a request, the number of which is `request`. */
export function faultOf({ fault, tokens }: Script, request: number): Exclude<Script["fault"], { kind: "drop_some" }> {
  if (fault?.kind !== "drop_some") return fault;
  const random = mulberry32(fault.seed + request);
  const isDropped = random() < 1 / fault.oneIn;
  const count = typeof tokens === "number" ? tokens : tokens.length;
  return isDropped ? { kind: "drop", after: 1 + Math.floor(random() * (count - 1)) } : undefined;
}

/** A small generator of numbers between 0 and 1 that are the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The pieces of an answer, made one at a time, so that stamps are true.
 *
 * @param question the last message, for `numberTokens`
 */
export function* piecesOf(script: Script, question: string): Generator<Piece, void> {
  if (script.raw) {
    for (const text of script.raw.chunks) yield { kind: "raw", text };
    return;
  }
  for (const text of textsOf(script.thinking)) yield { kind: "thinking", text };
  let number = 0;
  for (const text of textsOf(script.tokens)) {
    if (script.stampTokens) yield { kind: "text", text: `${sharedNowMs().toFixed(3)} ` };
    else yield { kind: "text", text: script.numberTokens ? `${question}:${number++} ` : text };
  }
  for (const [index, call] of script.toolCalls.entries()) {
    yield { kind: "tool_call", index, id: call.id, name: call.name, arguments: "" };
    for (const delta of call.arguments) yield { kind: "tool_call", index, id: null, name: null, arguments: delta };
  }
}

const WORDS = ["The", " quick", " brown", " fox", " jumps", " over", " the", " lazy", " dog", ".\n"] as const;

function* textsOf(tokens: Script["tokens"]): Generator<string, void> {
  if (typeof tokens !== "number") return yield* tokens;
  for (let i = 0; i < tokens; i++) yield WORDS[i % WORDS.length]!;
}

/** The times of stamped tokens, out of any run of whole tokens. */
export function readStamps(text: string): number[] {
  return text.split(" ").filter((stamp) => stamp !== "").map(Number);
}

/**
 * How many numbered tokens `text` holds, from the first one on, without a gap.
 *
 * @throws when it holds anything else: a part of a token, one of another answer, one twice
 */
export function readNumbered(text: string, question: string): number {
  const tokens = text.split(" ");
  const rest = tokens.pop();
  const wrong = tokens.findIndex((token, i) => token !== `${question}:${i}`);
  if (wrong < 0 && rest === "") return tokens.length;
  const where = wrong < 0 ? tokens.length : wrong;
  throw new Error(
    `Not the answer to "${question}" from its token ${where} on: ${tokens.slice(where, where + 5).join(" ") || rest}`,
  );
}
