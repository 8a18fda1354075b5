/**
 * An answer of a model in OpenAI's words: whole, or as the chunks of a stream. Thinking goes into `reasoning_content`, as
 * servers of such models have it.
 */
import type { ChatCompletion, CompletionUsage } from "@opta/protocol";
import type { ModelPart, ModelRequest } from "../model/model.ts";
import { ToolCallCollector } from "../session/tool_calls.ts";
import { TurnMeter } from "../session/turn_meter.ts";

/** What stands on each piece of one answer. */
export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
}

/** A piece of an answer; not its end. */
export type Delta =
  | { role: "assistant"; content: string }
  | { content: string }
  | { reasoning_content: string }
  | { tool_calls: { index: number; id?: string; type?: "function"; function: { name?: string; arguments: string } }[] };

/** Gathers what is said, so that it can be told how the answer ended and what it took. */
export class Completion {
  readonly head: CompletionHead;
  readonly #meter = new TurnMeter(() => performance.now());
  readonly #calls = new ToolCallCollector();
  #content = "";
  #reasoning = "";
  #finishReason = "stop";
  #tooManyCalls = false;

  constructor(request: ModelRequest) {
    this.head = {
      id: `chatcmpl-${crypto.randomUUID()}`,
      created: Math.floor(Date.now() / 1_000),
      model: request.model,
    };
    this.#meter.begin(request, { tokens: 0, window: Infinity });
  }

  /** More calls, or longer ones, than can be right. */
  get tooManyCalls(): boolean {
    return this.#tooManyCalls;
  }

  /** What a stream sends of this part; `null` for nothing. */
  take(part: ModelPart): Delta | null {
    switch (part.type) {
      case "text":
        this.#meter.count(part.text);
        this.#content += part.text;
        return { content: part.text };
      case "thinking":
        this.#meter.count(part.text);
        this.#reasoning += part.text;
        return { reasoning_content: part.text };
      case "tool_call": {
        this.#meter.count(part.argumentsDelta);
        this.#tooManyCalls ||= !this.#calls.push(part);
        const { index, id, name } = part;
        const call = { arguments: part.argumentsDelta, ...(name !== null && { name }) };
        return { tool_calls: [{ index, ...(id !== null && { id, type: "function" as const }), function: call }] };
      }
      case "usage":
        this.#meter.report(part);
        return null;
      case "finish":
        this.#finishReason = part.reason || "stop";
        return null;
      case "fallback":
      case "error":
        return null;
      default:
        return part satisfies never;
    }
  }

  get finishReason(): string {
    return this.#finishReason;
  }

  usage(): CompletionUsage {
    const { promptTokens, completionTokens, tokens } = this.#meter.stats(true);
    return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: tokens };
  }

  whole(): ChatCompletion {
    const calls = this.#calls.calls(new Set()).map(({ id, name, arguments: text }) => ({
      id,
      type: "function" as const,
      function: { name, arguments: text },
    }));
    const message = {
      role: "assistant" as const,
      content: this.#content === "" && calls.length > 0 ? null : this.#content,
      ...(this.#reasoning !== "" && { reasoning_content: this.#reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    return {
      ...this.head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: this.#finishReason }],
      usage: this.usage(),
    };
  }
}
