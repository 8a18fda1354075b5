/** Measures one turn: time to the first token, speed, and tokens, with where their number comes from. */
import { answerOf, type Turn, type TurnStats } from "@opta/protocol";
import type { ModelPart, ModelRequest } from "../model/model.ts";

type Usage = Extract<ModelPart, { type: "usage" }>;

/** English text has about four characters to a token; used only where no server says better, and marked so. */
const CHARACTERS_PER_TOKEN = 4;
/** Far more than any model reads or writes: what a server counts beyond it is a mistake, and sums stay exact. */
const MOST_TOKENS = 1e9;

export class TurnMeter {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly #beganAt: number;
  #firstAt: number | null = null;
  #promptLength = 0;
  #answerLength = 0;
  #usage: Usage | null = null;

  constructor(now: () => number) {
    this.now = now;
    this.#beganAt = now();
  }

  begin(request: ModelRequest): void {
    this.#promptLength = request.messages.reduce((sum, message) => sum + message.content.length, 0);
  }

  count(text: string): void {
    this.#firstAt ??= this.now();
    this.#answerLength += text.length;
  }

  /** A later report replaces an earlier one: servers send running totals. */
  report({ promptTokens, completionTokens, ...usage }: Usage): void {
    this.#usage = {
      ...usage,
      promptTokens: wholeTokens(promptTokens),
      completionTokens: wholeTokens(completionTokens),
    };
  }

  elapsedMs(): number {
    return this.now() - this.#beganAt;
  }

  /** @param complete `false` for a turn that broke off: its counts are `partial`, whatever the server reported */
  stats(complete: boolean): TurnStats {
    const promptTokens = this.#usage?.promptTokens ?? estimateTokens(this.#promptLength);
    const completionTokens = this.#usage?.completionTokens ?? estimateTokens(this.#answerLength);
    const streamedMs = this.#firstAt === null ? 0 : this.now() - this.#firstAt;
    return {
      tokens: promptTokens + completionTokens,
      promptTokens,
      completionTokens,
      toolCalls: 0,
      elapsed: this.elapsedMs() / 1_000,
      speed: streamedMs > 0 ? completionTokens * 1_000 / streamedMs : 0,
      firstTokenLatencyMs: this.#firstAt === null ? null : this.#firstAt - this.#beganAt,
      usageSource: complete ? this.#usage?.source ?? "estimated" : "partial",
    };
  }
}

/** The figures of a turn that nobody measured to its end: cancelled while it waited, or before a crash. */
export function unmeasuredStats(turn: Turn): TurnStats {
  const completionTokens = estimateTokens(answerOf(turn).length);
  return {
    tokens: completionTokens,
    promptTokens: 0,
    completionTokens,
    toolCalls: 0,
    elapsed: 0,
    speed: 0,
    firstTokenLatencyMs: null,
    usageSource: "partial",
  };
}

/** Servers that estimate report fractions, and some worse; the log takes whole numbers only. */
function wholeTokens(count: number): number {
  return count > 0 ? Math.min(MOST_TOKENS, Math.round(count)) : 0;
}

function estimateTokens(length: number): number {
  return Math.ceil(length / CHARACTERS_PER_TOKEN);
}
