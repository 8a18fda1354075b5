/** A model whose every part is released by the test, so that tests of sessions need neither a clock nor a network. */
import type { Model, ModelChoice, ModelFailure, ModelPart, ModelRequest, ModelSource } from "../../model/model.ts";

/** One answer under way: the test says what comes next and sees whether it was cancelled. */
export class ScriptedAnswer {
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly #parts: ModelPart[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(request: ModelRequest, signal: AbortSignal) {
    this.request = request;
    this.signal = signal;
    signal.addEventListener("abort", () => this.#wake.resolve(), { once: true });
  }

  say(...parts: ModelPart[]): void {
    this.#parts.push(...parts);
    this.#wake.resolve();
  }

  text(text: string): void {
    this.say({ type: "text", text });
  }

  finish(reason = "stop"): void {
    this.say({ type: "finish", reason });
  }

  async *parts(): AsyncGenerator<ModelPart> {
    while (!this.signal.aborted) {
      const part = this.#parts.shift();
      if (!part) {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
        continue;
      }
      yield part;
      if (part.type === "finish" || part.type === "error") return;
    }
  }
}

/** A source with this one model; `next()` is the answer that the next request gets. */
export class ScriptedModels implements ModelSource, Model {
  readonly provider = "scripted";
  readonly transport = "builtin";
  readonly #answers: ScriptedAnswer[] = [];
  readonly #waiting: ((answer: ScriptedAnswer) => void)[] = [];
  /** How often it was asked for an answer. */
  requests = 0;
  /** Set it to make the choice fail. */
  failure: ModelFailure | null = null;
  /** The window of its model in tokens; nobody knows unless it is set. */
  contextLength: number | undefined;
  /** Set it to hold the choice back. */
  gate: Promise<void> = Promise.resolve();

  async choose(wish: { model: string | null }): Promise<ModelChoice | ModelFailure> {
    await this.gate;
    const { contextLength } = this;
    const name = wish.model ?? "scripted-1";
    return this.failure ?? { model: this, name, reason: "the test says so", ...(contextLength && { contextLength }) };
  }

  /** The model of the fallback; `null` for none. */
  other: ModelChoice | null = null;

  fallback(): ModelChoice | null {
    return this.other;
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart> {
    this.requests++;
    const answer = new ScriptedAnswer(request, signal);
    const waiting = this.#waiting.shift();
    if (waiting) waiting(answer);
    else this.#answers.push(answer);
    return answer.parts();
  }

  next(): Promise<ScriptedAnswer> {
    const answer = this.#answers.shift();
    return answer ? Promise.resolve(answer) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
