/**
 * The built-in demo model: streams what `demo_reply.ts` makes of a conversation, at reading speed and without any
 * network. It lets Opta be tried, tested and shown where no model server is, and is called `opta-demo` everywhere.
 */
import { setImmediate } from "node:timers";
import { type DemoReply, reply } from "./demo_reply.ts";
import { estimateTokens, tokenise } from "./demo_tokens.ts";
import type { Model, ModelPart, ModelRequest } from "./model.ts";

/** The demo's name, as provider and as model. */
export const DEMO_NAME = "opta-demo";

/** Fast enough to read along, slow enough to see the streaming and to have time to cancel. */
export const TOKENS_PER_SECOND = 40;

/** Most tokens sent without letting the event loop run, when the stream is behind its schedule. */
const BURST_TOKENS = 32;

/** How fast the demo speaks, and the clock that it goes by. */
export interface DemoPace {
  /** `Infinity` for as fast as the reader takes it. */
  tokensPerSecond: number;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts; it never rejects. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

export const readingPace: DemoPace = {
  tokensPerSecond: TOKENS_PER_SECOND,
  now: () => performance.now(),
  delay,
};

export class DemoModel implements Model {
  readonly provider = DEMO_NAME;
  readonly transport = "builtin";
  readonly #pace: DemoPace;

  constructor(pace: DemoPace = readingPace) {
    this.#pace = pace;
  }

  async *stream(
    { messages, tools = [], maxTokens = Infinity }: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ModelPart, void> {
    const { tokensPerSecond, now, delay } = this.#pace;
    const startedAt = now();
    let sent = 0;
    let characters = 0;
    const replied = reply(messages, tools);
    let reason = replied.calls.length > 0 ? "tool_calls" : "stop";
    for (const part of pieces(replied)) {
      if (sent >= maxTokens) {
        reason = "length";
        break;
      }
      // Due times count from the start, so that late timers and slow readers do not slow the whole answer down.
      const waitMs = startedAt + sent * 1_000 / tokensPerSecond - now();
      sent += 1;
      if (waitMs > 0 || sent % BURST_TOKENS === 0) await delay(Math.max(0, waitMs), signal);
      if (signal.aborted) return;
      yield part;
      characters += part.type === "tool_call" ? part.argumentsDelta.length : part.text.length;
    }
    if (signal.aborted) return;
    const promptTokens = messages.reduce((sum, { content }) => sum + estimateTokens(content.length), 0);
    yield { type: "usage", promptTokens, completionTokens: estimateTokens(characters), source: "estimated" };
    if (signal.aborted) return;
    yield { type: "finish", reason };
  }
}

function* pieces({ thinking = "", text, calls }: DemoReply) {
  for (const piece of tokenise(thinking)) yield { type: "thinking" as const, text: piece };
  for (const piece of tokenise(text)) yield { type: "text" as const, text: piece };
  for (const [index, { name, args }] of calls.entries()) {
    // Without an id, as some servers do: the turn gives one that no other call of the session has.
    yield { type: "tool_call" as const, index, id: null, name, argumentsDelta: "" };
    for (const argumentsDelta of tokenise(JSON.stringify(args))) {
      yield { type: "tool_call" as const, index, id: null, name: null, argumentsDelta };
    }
  }
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) {
    resolve();
  } else if (ms <= 0) {
    setImmediate(resolve); // lets the event loop run once; a timer of 0 ms would take over 2 ms
  } else {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  }
  return promise;
}
