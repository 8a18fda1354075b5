/**
 * What holds for every model, whichever it is: its failures are noticed, for the server may be gone, have another model
 * loaded, or be another server by now, and looking again costs next to nothing; its requests are counted by the way that
 * they went; and an answer has a longest length.
 */
import type { ModelCounters } from "../observe/model_counters.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";

export interface WatchedModelOptions {
  onFailure?: (failure: ModelFailure) => void;
  counters?: ModelCounters | undefined;
  /** Of a request that does not say it itself; `undefined` leaves it to the server. */
  maxTokens?: number | undefined;
}

export class WatchedModel implements Model {
  readonly provider: string;
  readonly #model: Model;
  readonly #options: WatchedModelOptions;

  constructor(model: Model, options: WatchedModelOptions) {
    this.provider = model.provider;
    this.#model = model;
    this.#options = options;
  }

  get transport(): string {
    return this.#model.transport;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    if (signal.aborted) return;
    const { onFailure, counters, maxTokens } = this.#options;
    const limit = request.maxTokens ?? maxTokens;
    const limited = limit === undefined ? request : { ...request, maxTokens: limit };
    let { transport } = this.#model;
    let isCounted = false;
    const count = () => {
      if (!isCounted) counters?.request(transport);
      isCounted = true;
    };
    // Whoever aborts may read no further, and whoever has the last part need not.
    signal.addEventListener("abort", count, { once: true });
    try {
      for await (const part of this.#model.stream(limited, signal)) {
        if (part.type === "error") onFailure?.(part.failure);
        if (part.type === "fallback") transport = part.transport;
        if (part.type === "finish" || part.type === "error") count();
        yield part;
      }
    } finally {
      signal.removeEventListener("abort", count);
      count();
    }
  }
}
