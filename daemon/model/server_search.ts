/**
 * Finds the model server that answers turns: the configured one and no other, or the first on this machine. Decides how to
 * talk to it, and owns the connections.
 */
import { LmxWs, probeLmxSocket } from "./lmx_ws.ts";
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
  /** A turn failed: a server may not be what it was. */
  onFailure: () => void;
}

/** On this machine a server that is there answers in milliseconds; what takes longer is something else. */
const LOOPBACK_PROBE_MS = 750;

export class ServerSearch implements AsyncDisposable {
  readonly #options: ServerSearchOptions;
  /** One for each server and way to talk to it, so that another search keeps the connections. */
  readonly #models = new Map<string, Model>();
  readonly #sockets: LmxWs[] = [];
  /** Whether a server has LMX's WebSocket, once that is known. */
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
    await Promise.all(this.#sockets.map((socket) => socket[Symbol.asyncDispose]()));
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
    const overSocket = provider !== "openai" && await this.#speaksLmx(place, signal);
    const name = overSocket || provider === "lmx" ? "lmx" : "openai";
    const key = `${overSocket ? "ws" : "sse"} ${name} ${place.baseUrl}`;
    let model = this.#models.get(key);
    if (!model) {
      model = new WatchedModel(overSocket ? this.#openSocket(place) : this.#overHttp(place, name), () => {
        this.#hasSocket.delete(place);
        this.#options.onFailure();
      });
      this.#models.set(key, model);
    }
    return model;
  }

  async #speaksLmx(place: ServerPlace, signal: AbortSignal): Promise<boolean> {
    const known = this.#hasSocket.get(place);
    if (known !== undefined) return known;
    if (!hasOwnAddress(place)) return false; // LMX is no guest under another server's path, nor behind https
    const { host, port } = place.address;
    const speaks = await probeLmxSocket(host, port, place.apiKey, signal);
    if (!signal.aborted) this.#hasSocket.set(place, speaks);
    return speaks;
  }

  #openSocket({ address, apiKey }: ServerPlace): Model {
    const socket = new LmxWs({ ...address, apiKey, timeouts: this.#options.timeouts });
    this.#sockets.push(socket);
    return socket;
  }

  #overHttp({ baseUrl, apiKey }: ServerPlace, provider: string): Model {
    return new OpenAiSse({ provider, baseUrl, apiKey, timeouts: this.#options.timeouts });
  }
}
