/**
 * Finds the model server that answers turns: the configured one and no other, or the first on this machine. Decides how to
 * talk to it, and owns the connections.
 */
import type { ModelCounters } from "../observe/model_counters.ts";
import { LmxModel, type SseReason } from "./lmx_model.ts";
import { probeLmxSocket } from "./lmx_ws.ts";
import type { Model, ModelFailure } from "./model.ts";
import { OpenAiSse } from "./openai_sse.ts";
import { probeServer } from "./probe.ts";
import type { ServerModel } from "./server_models.ts";
import { hasOwnAddress, type ServerPlace } from "./server_place.ts";
import type { ModelTimeouts } from "./timeouts.ts";
import { WatchedModel } from "./watched_model.ts";

/** `openai`: over HTTP alone. `lmx`: as Opta LMX, over its WebSocket when it has one. `auto`: whichever it is. */
export type ServerProvider = "auto" | "lmx" | "openai";

/** A server that answers. */
export interface FoundServer {
  place: ServerPlace;
  model: Model;
  models: ServerModel[];
  /** Why the list is empty, when that says nothing about the models: continues "The model server at … ". */
  unlisted: string | null;
}

export type SearchResult =
  | { kind: "server"; server: FoundServer }
  | { kind: "failure"; failure: ModelFailure }
  /** No server on this machine; `empty` is one that has no chat model. */
  | { kind: "nothing"; empty: ServerPlace | null };

export interface ServerSearchOptions {
  /** The one server to use; `null` for the first of `loopback`. */
  configured: ServerPlace | null;
  loopback: readonly ServerPlace[];
  timeouts: ModelTimeouts;
  /** Longest answer, for requests that do not say it; `undefined` for the most that suits the server. */
  maxTokens?: number | undefined;
  counters?: ModelCounters | undefined;
  /** A turn failed: a server may not be what it was. */
  onFailure: () => void;
}

/** On this machine a server that is there answers in milliseconds; what takes longer is something else. */
const LOOPBACK_PROBE_MS = 750;
/** LMX cuts answers off after 2,048 tokens unless it is told: too short for a file of code, or for much thinking. */
const LMX_MAX_TOKENS = 32_768;

export class ServerSearch implements AsyncDisposable {
  readonly #options: ServerSearchOptions;
  /** One for each server and way to talk to it, so that another search keeps the connections. */
  readonly #models = new Map<string, Model>();
  readonly #lmx = new Map<ServerPlace, LmxModel>();
  /** Whether a server has LMX's WebSocket, once that is known: it is asked once. */
  readonly #hasSocket = new Map<ServerPlace, boolean>();

  constructor(options: ServerSearchOptions) {
    this.#options = options;
  }

  /** Never rejects. What is found after `signal` has aborted means nothing. */
  async search(provider: ServerProvider, signal: AbortSignal): Promise<SearchResult> {
    const { configured } = this.#options;
    return configured ? await this.#ask(configured, provider, signal) : await this.#lookAround(provider, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lmx.values().map((model) => model[Symbol.asyncDispose]()));
  }

  async #ask(place: ServerPlace, provider: ServerProvider, signal: AbortSignal): Promise<SearchResult> {
    const probe = await probeServer(place, this.#options.timeouts, signal);
    if (probe.kind === "failure") return probe;
    const model = await this.#connect(place, provider, signal);
    return probe.kind === "models"
      ? { kind: "server", server: { place, model, models: probe.models, unlisted: null } }
      : { kind: "server", server: { place, model, models: [], unlisted: probe.why } };
  }

  async #lookAround(provider: ServerProvider, signal: AbortSignal): Promise<SearchResult> {
    const { loopback, timeouts } = this.#options;
    const connectMs = Math.min(LOOPBACK_PROBE_MS, timeouts.connectMs);
    const decided = new AbortController();
    const wanted = AbortSignal.any([signal, decided.signal]);
    const probes = loopback.map((place) => ({ place, found: probeServer(place, { ...timeouts, connectMs }, wanted) }));
    let empty: ServerPlace | null = null;
    try {
      for (const { place, found } of probes) {
        const probe = await found;
        if (probe.kind !== "models") continue;
        if (probe.models.length > 0) {
          const model = await this.#connect(place, provider, signal);
          return { kind: "server", server: { place, model, models: probe.models, unlisted: null } };
        }
        empty ??= place;
      }
      return { kind: "nothing", empty };
    } finally {
      decided.abort();
      await Promise.all(probes.map(({ found }) => found));
    }
  }

  async #connect(place: ServerPlace, provider: ServerProvider, signal: AbortSignal): Promise<Model> {
    const hasSocket = provider !== "openai" && await this.#speaksLmx(place, signal);
    const name = hasSocket || provider === "lmx" ? "lmx" : "openai";
    const key = `${hasSocket ? "ws" : "sse"} ${name} ${place.baseUrl}`;
    let model = this.#models.get(key);
    if (!model) {
      const { maxTokens = name === "lmx" ? LMX_MAX_TOKENS : undefined, counters } = this.#options;
      const onFailure = ({ code }: ModelFailure) => this.#onFailure(place, code === "lmx-connection-refused");
      const transport = hasSocket ? this.#lmxAt(place) : this.#overHttp(place, name);
      model = new WatchedModel(transport, { onFailure, counters, maxTokens });
      this.#models.set(key, model);
    }
    return model;
  }

  /** A server that could not be reached may come back as another one; one that merely failed keeps its socket. */
  #onFailure(place: ServerPlace, wasGone: boolean): void {
    if (wasGone || this.#hasSocket.get(place) === false) this.#hasSocket.delete(place);
    this.#options.onFailure();
  }

  async #speaksLmx(place: ServerPlace, signal: AbortSignal): Promise<boolean> {
    const known = this.#hasSocket.get(place);
    if (known !== undefined) return known;
    if (!hasOwnAddress(place)) return false; // LMX is no guest under another server's path, nor behind https
    const server = { ...place.address, apiKey: place.apiKey };
    const speaks = await probeLmxSocket(server, signal, this.#options.timeouts);
    if (signal.aborted || speaks === null) return this.#lmx.has(place); // not now, but it had one before
    this.#hasSocket.set(place, speaks);
    if (speaks) this.#lmxAt(place).socketFound();
    return speaks;
  }

  #lmxAt(place: ServerPlace): LmxModel {
    let model = this.#lmx.get(place);
    if (!model) {
      const { timeouts, counters } = this.#options;
      const onFallback = (reason: SseReason) => {
        counters?.fallback(reason);
        if (reason === "missing" && this.#hasSocket.delete(place)) this.#options.onFailure(); // another server, perhaps
      };
      model = new LmxModel({ place, timeouts, onFallback });
      this.#lmx.set(place, model);
    }
    return model;
  }

  #overHttp({ baseUrl, apiKey }: ServerPlace, provider: string): Model {
    return new OpenAiSse({ provider, baseUrl, apiKey, timeouts: this.#options.timeouts });
  }
}
