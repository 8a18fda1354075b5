/**
 * Measures one turn: time to the first token, speed, and tokens, with where their number comes from. A turn asks its model
 * once for each step; the counts of the steps are added up, and the sum is no better than the worst of them.
 */
import { answerOf, type Turn, type TurnStats, type UsageEstimator } from "@opta/protocol";
import type { ModelPart, ModelRequest } from "../model/model.ts";

type Usage = Extract<ModelPart, { type: "usage" }>;

/** The counts of one request. */
interface StepCounts {
  promptTokens: number;
  completionTokens: number;
  /** `null`: the server reported them. */
  estimatedBy: UsageEstimator | null;
}

/** English text has about four characters to a token; used only where no server says better, and marked so. */
const CHARACTERS_PER_TOKEN = 4;
/** Far more than any model reads or writes in one answer: a count beyond it is none, and sums stay exact. */
const MOST_TOKENS = 1e9;

export class TurnMeter {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly #beganAt: number;
  readonly #steps: StepCounts[] = [];
  #firstAt: number | null = null;
  #streamedMs = 0;
  #toolCalls = 0;
  #step: Step | null = null;
  /** Requests that the turn made beside those that answer it, such as for a summary. */
  readonly #beside: StepCounts[] = [];
  /** What the last request took of the model's window. */
  #context: { tokens: number; window: number } | null = null;

  constructor(now: () => number) {
    this.now = now;
    this.#beganAt = now();
  }

  /** A request is sent that takes about so many tokens of the model's window. */
  begin(request: ModelRequest, context: { tokens: number; window: number }): void {
    this.#close();
    this.#context = context;
    this.#step = { promptLength: lengthOf(request), answerLength: 0, firstAt: null, endedAt: null, usage: null };
  }

  /** The answer has come to its end: what tools and people take from here on is not the model's. */
  end(): void {
    if (this.#step) this.#step.endedAt ??= this.now();
  }

  /** The request was not taken: it has cost nothing. */
  discard(): void {
    this.#step = null;
  }

  count(text: string): void {
    const now = this.now();
    this.#firstAt ??= now;
    if (!this.#step) return;
    this.#step.firstAt ??= now;
    this.#step.answerLength += text.length;
  }

  /** A request that has ended, of which people see no text: it counts as used, and not as the speed of the answer. */
  countBeside(request: ModelRequest, answerLength: number, usage: Usage | null): void {
    this.#beside.push(countsOf(lengthOf(request), answerLength, usage));
  }

  countToolCall(): void {
    this.#toolCalls++;
  }

  /** A later report replaces an earlier one of the same request: servers send running totals. */
  report(usage: Usage): void {
    if (this.#step) this.#step.usage = usage;
  }

  elapsedMs(): number {
    return this.now() - this.#beganAt;
  }

  /** @param complete `false` for a turn that broke off: its counts are `partial`, whatever the server reported */
  stats(complete: boolean): TurnStats {
    this.#close();
    const all = [...this.#steps, ...this.#beside];
    const promptTokens = sum(all.map((step) => step.promptTokens));
    const completionTokens = sum(all.map((step) => step.completionTokens));
    const streamedTokens = sum(this.#steps.map((step) => step.completionTokens));
    const estimatedBy = worst(all.map((step) => step.estimatedBy));
    return {
      tokens: promptTokens + completionTokens,
      promptTokens,
      completionTokens,
      toolCalls: this.#toolCalls,
      elapsed: this.elapsedMs() / 1_000,
      speed: this.#streamedMs > 0 ? streamedTokens * 1_000 / this.#streamedMs : 0,
      firstTokenLatencyMs: this.#firstAt === null ? null : this.#firstAt - this.#beganAt,
      usageSource: !complete ? "partial" : estimatedBy === null ? "reported" : "estimated",
      ...(estimatedBy !== null && { estimatedBy }),
      ...(this.#context && { contextTokens: this.#context.tokens }),
      ...(this.#context && this.#context.window < Infinity && { contextWindow: this.#context.window }),
    };
  }

  #close(): void {
    if (!this.#step) return;
    const { promptLength, answerLength, firstAt, endedAt, usage } = this.#step;
    if (firstAt !== null) this.#streamedMs += (endedAt ?? this.now()) - firstAt;
    const counts = countsOf(promptLength, answerLength, usage);
    this.#steps.push(counts);
    if (this.#context) {
      const asked = counts.estimatedBy === null ? counts.promptTokens : this.#context.tokens;
      this.#context = { ...this.#context, tokens: asked + counts.completionTokens };
    }
    this.#step = null;
  }
}

/** What the server does not say, or cannot have counted, is estimated; and then both counts are no more than that. */
function countsOf(promptLength: number, answerLength: number, usage: Usage | null): StepCounts {
  const promptTokens = wholeTokens(usage?.promptTokens);
  const completionTokens = wholeTokens(usage?.completionTokens);
  const isSaid = promptTokens !== null && completionTokens !== null;
  return {
    promptTokens: promptTokens ?? estimateTokens(promptLength),
    completionTokens: completionTokens ?? estimateTokens(answerLength),
    estimatedBy: !isSaid ? "length" : usage?.source === "estimated" ? "server" : null,
  };
}

/** The request that is under way. */
interface Step {
  promptLength: number;
  answerLength: number;
  firstAt: number | null;
  endedAt: number | null;
  usage: Usage | null;
}

/** The figures of a turn that nobody measured to its end: cancelled while it waited, or before a crash. */
export function unmeasuredStats(turn: Turn): TurnStats {
  const completionTokens = estimateTokens(answerOf(turn).length);
  return {
    tokens: completionTokens,
    promptTokens: 0,
    completionTokens,
    toolCalls: turn.parts.filter(({ kind }) => kind === "tool").length,
    elapsed: 0,
    speed: 0,
    firstTokenLatencyMs: null,
    usageSource: "partial",
    estimatedBy: "length",
  };
}

function lengthOf({ messages, tools = [] }: ModelRequest): number {
  const calls = messages.flatMap((message) => "toolCalls" in message ? message.toolCalls : []);
  return sum(messages.map(({ content }) => content.length)) + sum(calls.map((call) => call.arguments.length)) +
    (tools.length > 0 ? JSON.stringify(tools).length : 0);
}

function worst(estimators: (UsageEstimator | null)[]): UsageEstimator | null {
  if (estimators.includes("length")) return "length";
  return estimators.includes("server") ? "server" : null;
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Servers that estimate report fractions, and the log takes whole numbers only. `null` for what is no count. */
function wholeTokens(count: number | null | undefined): number | null {
  return typeof count === "number" && count >= 0 && count <= MOST_TOKENS ? Math.round(count) : null;
}

function estimateTokens(length: number): number {
  return Math.ceil(length / CHARACTERS_PER_TOKEN);
}
