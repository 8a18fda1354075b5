/**
 * Gathers what a server says of an answer into model parts, the same for every transport. Text of one kind that came
 * together is joined into one part, so that a flood costs by what is read at a time and not by token.
 */
import type { ModelPart } from "./model.ts";
import { ThinkTags } from "./think_tags.ts";
import { ToolCallIndex } from "./tool_call_index.ts";

/** A piece of a tool call, as a server sends it. */
export interface ToolCallDelta {
  index: number | null;
  id: string | null;
  name: string | null;
  arguments: string;
}

type Usage = Extract<ModelPart, { type: "usage" }>;

export class AnswerParts {
  readonly #tags = new ThinkTags();
  readonly #calls = new ToolCallIndex();
  readonly #emit = (type: "text" | "thinking", text: string) => this.#append(type, text);
  #parts: ModelPart[] = [];
  #hasText = false;

  /** The model answered: with text, or by calling a tool. Thinking alone is no answer. */
  get hasAnswer(): boolean {
    return this.#hasText || this.#calls.count > 0;
  }

  get toolCallCount(): number {
    return this.#calls.count;
  }

  /** Text in which no thinking stands, for the server has told it apart. */
  text(text: string): void {
    if (text !== "") this.#append("text", text);
  }

  /** Text as the model wrote it, thinking tags and all. */
  content(text: string): void {
    if (text !== "") this.#tags.push(text, this.#emit);
  }

  /** Thinking that the server has told apart. */
  thinking(text: string): void {
    if (text === "") return;
    this.#tags.end(this.#emit);
    this.#append("thinking", text);
  }

  toolCall(delta: ToolCallDelta): void {
    this.#tags.end(this.#emit);
    const { id, name } = delta;
    this.#parts.push({ type: "tool_call", index: this.#calls.place(delta), id, name, argumentsDelta: delta.arguments });
  }

  /** The last part, after which nothing may come. */
  finish(reason: string, usage: Usage | null): void {
    this.#tags.end(this.#emit);
    if (usage) this.#parts.push(usage);
    this.#parts.push({ type: "finish", reason });
  }

  /** The last part, when it is a failure. */
  fail(failure: Extract<ModelPart, { type: "error" }>["failure"]): void {
    this.#tags.end(this.#emit);
    this.#parts.push({ type: "error", failure });
  }

  /** What has been gathered since the last time. */
  take(): ModelPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #append(type: "text" | "thinking", text: string): void {
    if (type === "text" && !this.#hasText) this.#hasText = /\S/.test(text);
    const last = this.#parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.#parts.push({ type, text });
  }
}
