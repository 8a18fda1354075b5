/** A model whose failures are put into other words before anybody sees them. */
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";

export interface Rephrasing {
  /** @param saidNothing no piece of an answer came before it */
  failure: (failure: ModelFailure, saidNothing: boolean) => ModelFailure;
  /** Any other message for people. */
  text: (text: string) => string;
}

export class RephrasedModel implements Model {
  readonly #model: Model;
  readonly #rephrasing: Rephrasing;

  constructor(model: Model, rephrasing: Rephrasing) {
    this.#model = model;
    this.#rephrasing = rephrasing;
  }

  get provider(): string {
    return this.#model.provider;
  }

  get transport(): string {
    return this.#model.transport;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const { failure, text } = this.#rephrasing;
    let saidNothing = true;
    for await (const part of this.#model.stream(request, signal)) {
      if (part.type === "error") {
        yield { ...part, failure: failure(part.failure, saidNothing) };
      } else if (part.type === "fallback") {
        yield { ...part, message: text(part.message) };
      } else {
        saidNothing = false;
        yield part;
      }
    }
  }
}
