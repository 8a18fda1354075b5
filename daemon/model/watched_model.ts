/**
 * A model whose failures are noticed, whichever they are: the server may be gone, have another model loaded, or be another
 * server by now, and looking again costs next to nothing.
 */
import type { Model, ModelPart, ModelRequest } from "./model.ts";

export class WatchedModel implements Model {
  readonly provider: string;
  readonly transport: string;
  readonly #model: Model;
  readonly #onFailure: () => void;

  constructor(model: Model, onFailure: () => void) {
    this.provider = model.provider;
    this.transport = model.transport;
    this.#model = model;
    this.#onFailure = onFailure;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    for await (const part of this.#model.stream(request, signal)) {
      if (part.type === "error") this.#onFailure();
      yield part;
    }
  }
}
