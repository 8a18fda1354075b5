/**
 * Gathers what a server says of an answer into model parts, the same for every transport. Text of one kind that came
 * together is joined into one part, so that a flood costs by what is read at a time and not by token.
 */
import type { ModelPart } from "./model.ts";
import { ThinkTags } from "./think_tags.ts";
import { type ToolCallDelta, ToolCallIndex } from "./tool_call_index.ts";

type Usage = Extract<ModelPart, { type: "usage" }>;

export class AnswerParts {
  readonly #tags = new ThinkTags();
  readonly #calls = new ToolCallIndex();
  readonly #emit = (type: "text" | "thinking", text: string) => this.#append(type, text);
  #parts: ModelPart[] = [];
  #hasText = false;
  #isNoted = false;

  /**
   * Something was said since the last time, though it may be no part of the answer yet. Servers also send data that says
   * nothing: a piece of no text, or none of a tool call.
   */
  get saysSomething(): boolean {
    return this.#isNoted || this.#parts.length > 0;
  }

  /**
   * Why an answer is over of which the server says that it is, and not why. `null` when it cannot be: thinking alone is no
   * answer, and half a tool call must not run.
   */
  get impliedReason(): string | null {
    if (this.#calls.count === 0) return this.#hasText ? "stop" : null;
    return this.#calls.areWhole ? "tool_calls" : null;
  }

  /** Text in which no thinking stands, for the server has told it apart. */
  text(text: string): void {
    if (text !== "") this.#append("text", text);
  }

  /** Text as the model wrote it, thinking tags and all. */
  content(text: string): void {
    if (text === "") return;
    this.note();
    this.#tags.push(text, this.#emit);
  }

  /** Thinking that the server has told apart. */
  thinking(text: string): void {
    if (text === "") return;
    this.#tags.end(this.#emit);
    this.#append("thinking", text);
  }

  toolCall(delta: ToolCallDelta): void {
    this.#tags.end(this.#emit);
    const count = this.#calls.count;
    const place = this.#calls.place(delta);
    const isNew = place.index >= count || place.id !== null || place.name !== null || delta.arguments !== "";
    if (isNew) this.#parts.push({ type: "tool_call", ...place, argumentsDelta: delta.arguments });
  }

  /** Something was said that is kept elsewhere until the end: a count, the reason for the end. */
  note(): void {
    this.#isNoted = true;
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
    this.#isNoted = false;
    return parts;
  }

  #append(type: "text" | "thinking", text: string): void {
    if (type === "text" && !this.#hasText) this.#hasText = /\S/.test(text);
    const last = this.#parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.#parts.push({ type, text });
  }
}
