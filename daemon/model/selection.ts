/**
 * Chooses the model of a turn: the demo or Anthropic when they are asked for; the configured server and no other; or else the
 * first server on this machine, and the demo when there is none. No secret leaves here in a message, whatever servers put into
 * their errors.
 */
import type { ModelCounters } from "../observe/model_counters.ts";
import { Redactor } from "../observe/redact.ts";
import { AnthropicAccount, type AnthropicSettings } from "./anthropic_account.ts";
import { CloudFallback, type FallbackSetting } from "./cloud_fallback.ts";
import { DEMO_NAME, DemoModel, type DemoPace } from "./demo_model.ts";
import type { Model, ModelChoice, ModelFailure, ModelSource } from "./model.ts";
import { RephrasedModel } from "./rephrased_model.ts";
import { chooseOn } from "./server_choice.ts";
import { ServerLookups } from "./server_lookups.ts";
import type { ServerModel } from "./server_models.ts";
import { placeAt, placeOf, type ServerPlace } from "./server_place.ts";
import type { SearchResult, ServerProvider } from "./server_search.ts";
import type { SharedLookup } from "./shared_lookup.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";
import { WatchedModel } from "./watched_model.ts";

export type Provider = ServerProvider | "anthropic" | "demo";

export interface ModelSettings {
  configured: { host: string; port: number } | null;
  provider: Provider;
  /** Any OpenAI-compatible server; goes before `configured`. */
  baseUrl: string | null;
  defaultModel: string | null;
  /** For the configured server alone: whatever else listens on this machine does not get it. */
  apiKey: string | null;
  anthropic?: AnthropicSettings;
  fallback?: FallbackSetting;
  /** Where to look when nothing is configured, in this order. */
  loopbackPorts?: readonly number[];
  timeouts?: ModelTimeouts;
  /** Longest answer in tokens; `undefined` for the most that suits the server. */
  maxTokens?: number | undefined;
  counters?: ModelCounters;
  demoPace?: DemoPace;
}

/** What a turn or its session asks for; `null` leaves it to the settings. */
export interface ModelWish {
  model: string | null;
  provider: string | null;
}

/** The model that a turn would get now, for people. */
export interface ModelStatus {
  provider: string;
  model: string;
  transport: string;
  reason: string;
}

/** The models to choose from; `reason` says where they are, or why there are none. */
export interface ModelListing {
  provider: string;
  models: ServerModel[];
  reason: string;
}

/** The server that turns use, for what is done with it beside turns; `isConfigured`: the user has named it. */
export type ServerLookup =
  | { kind: "server"; place: ServerPlace; isConfigured: boolean }
  | { kind: "failure"; failure: ModelFailure }
  | { kind: "none"; reason: string };

/** LMX and LM Studio; Ollama; llama.cpp. */
export const LOOPBACK_PORTS: readonly number[] = [1234, 11434, 8080];

/** A status page does not hang on a server that does not answer. */
const DESCRIBE_WAIT_MS = 500;

const PROVIDERS: readonly Provider[] = ["auto", "lmx", "openai", "anthropic", "demo"];

const NO_ANTHROPIC: AnthropicSettings = { apiKey: null, model: null, baseUrl: null };

const HOW_TO_SET =
  "Set one with: opta config set connection.host HOST (and connection.port PORT), or OPTA_HOST/OPTA_PORT.";

export class ModelSelection implements ModelSource {
  readonly #settings: ModelSettings;
  readonly #demo: Model;
  readonly #anthropic: AnthropicAccount;
  readonly #fallback: CloudFallback;
  readonly #redactor: Redactor;
  readonly #servers: ServerLookups;

  /** @param now milliseconds of a monotonic clock */
  constructor(settings: ModelSettings, now: () => number = () => performance.now()) {
    const { configured, baseUrl, apiKey, loopbackPorts = LOOPBACK_PORTS, timeouts = DEFAULT_TIMEOUTS } = settings;
    this.#settings = settings;
    const { maxTokens, counters } = settings;
    this.#demo = new WatchedModel(new DemoModel(settings.demoPace), { maxTokens, counters });
    const { anthropic = NO_ANTHROPIC, fallback = "none" } = settings;
    this.#anthropic = new AnthropicAccount(anthropic, { timeouts, maxTokens, counters });
    this.#fallback = new CloudFallback({ setting: fallback, provider: settings.provider, account: this.#anthropic });
    this.#redactor = new Redactor([apiKey ?? "", anthropic.apiKey ?? ""]);
    this.#servers = new ServerLookups({
      configured: baseUrl !== null ? placeOf(baseUrl, apiKey) : configured && placeAt(configured, apiKey),
      loopback: loopbackPorts.map((port) => placeAt({ host: "127.0.0.1", port }, null)),
      timeouts,
      maxTokens,
      counters,
    }, now);
  }

  /** Begins to look for a server, so that the first turn need not wait for it. */
  warm(): void {
    this.#lookup?.get(new AbortController().signal).catch(() => {}); // the first turn will tell
  }

  /** Whatever keeps a model from being chosen, an abort too, is a failure and no exception. */
  async choose(wish: ModelWish, signal: AbortSignal): Promise<ModelChoice | ModelFailure> {
    const provider = wish.provider === null ? this.#settings.provider : readProvider(wish.provider);
    if (provider === null) return unknownProvider(wish.provider);
    const lookup = this.#wantsDemo(provider, wish.model) ? null : this.#lookupOf(provider);
    const choice = this.#decide(await lookup?.get(signal) ?? null, provider, wish.model);
    return "code" in choice ? this.#redacted(this.#fallback.explain(choice, wish)) : this.#discreet(choice, wish);
  }

  /** Where the user lets a turn go that no model server took. */
  fallback(wish: ModelWish): ModelChoice | null {
    const choice = this.#fallback.choose(wish);
    return choice && this.#discreet(choice, wish);
  }

  /** The models of the server that a turn would get now, as it lists them now. */
  async listModels(signal: AbortSignal): Promise<ModelListing> {
    const { provider } = this.#settings;
    const result = await this.#lookup?.refresh(signal) ?? null;
    const choice = this.#decide(result, provider, null);
    if ("code" in choice) return { provider, models: [], reason: this.#redactor.text(choice.message) };
    if (provider === "anthropic" && choice.model !== this.#demo) {
      const listed = await this.#anthropic.listModels(signal);
      if ("code" in listed) return { provider, models: [], reason: this.#redactor.text(listed.message) };
      return { provider, models: listed, reason: choice.reason };
    }
    const models = result?.kind === "server" && choice.model !== this.#demo ? result.server.models : [DEMO_MODEL];
    return { provider: choice.model.provider, models, reason: choice.reason };
  }

  /** The server that a turn would get its model from; also one that has no model yet. */
  async findServer(signal: AbortSignal): Promise<ServerLookup> {
    const { configured, baseUrl } = this.#settings;
    const result = await this.#lookup?.get(signal) ?? null;
    if (result?.kind === "failure") return result;
    const place = result?.kind === "server" ? result.server.place : result?.empty;
    if (place) return { kind: "server", place, isConfigured: configured !== null || baseUrl !== null };
    const why = result ? "No model server found" : this.#lookup ? stillLooking.message : DEMO_CHOSEN;
    return { kind: "none", reason: `${why.replace(/\.$/, "")}. ${HOW_TO_SET}` };
  }

  /** What is known of servers may be wrong now, as after a model was loaded: the next turn asks anew. */
  forgetServers(): void {
    this.#servers.forget();
  }

  /** What a turn without wishes would get, as far as that is known within half a second. */
  async describe(): Promise<ModelStatus> {
    const { provider, defaultModel } = this.#settings;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), DESCRIBE_WAIT_MS);
    const result = await this.#lookup?.get(late.signal) ?? this.#lookup?.latest ?? null;
    clearTimeout(timer);
    const choice = this.#decide(result, provider, null);
    const noted = (reason: string) => this.#redactor.text([reason, this.#fallback.note].filter(Boolean).join(" "));
    if ("code" in choice) return { provider, model: defaultModel ?? "", transport: "", reason: noted(choice.message) };
    const { model, name, reason } = choice;
    return { provider: model.provider, model: name, transport: model.transport, reason: noted(reason) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#servers[Symbol.asyncDispose]();
  }

  /** What the settings alone ask for; `null` when nothing is to be looked up for it. */
  get #lookup(): SharedLookup<SearchResult> | null {
    return this.#lookupOf(this.#settings.provider);
  }

  #lookupOf(provider: Provider): SharedLookup<SearchResult> | null {
    return provider === "demo" || provider === "anthropic" ? null : this.#servers.of(provider);
  }

  /** @param result `null` when nothing is known yet */
  #decide(result: SearchResult | null, provider: Provider, wished: string | null): ModelChoice | ModelFailure {
    if (this.#wantsDemo(provider, wished)) return this.#chooseDemo(DEMO_CHOSEN);
    if (provider === "anthropic") return this.#anthropic.choose(wished);
    if (result === null) return stillLooking;
    switch (result.kind) {
      case "server":
        return chooseOn(result.server, { wished, configured: this.#settings.defaultModel });
      case "failure":
        return result.failure;
      case "nothing": {
        const why = result.empty
          ? `The model server at ${result.empty.label} has no model to chat with`
          : "No model server found";
        // Who names a model or a provider, or a fallback, does not want to be answered by something else.
        return provider === "auto" && wished === null && !this.#fallback.enabled
          ? this.#chooseDemo(`${why}, so the built-in demo model answers. ${HOW_TO_SET}`)
          : noServer(why, wished);
      }
      default:
        return result satisfies never;
    }
  }

  /** `model.default` is a model of the model server; as the demo's name it stands for the demo. */
  #wantsDemo(provider: Provider, wished: string | null): boolean {
    if (provider === "demo") return true;
    return (wished ?? (provider === "anthropic" ? null : this.#settings.defaultModel)) === DEMO_NAME;
  }

  #chooseDemo(reason: string): ModelChoice {
    return { model: this.#demo, name: DEMO_NAME, reason, contextLength: Infinity };
  }

  /** The choice, with failures as they may be shown. */
  #discreet(choice: ModelChoice, wish: ModelWish): ModelChoice {
    if (choice.model === this.#demo) return choice;
    const model = new RephrasedModel(choice.model, {
      failure: (failure, saidNothing) => this.#redacted(saidNothing ? this.#fallback.explain(failure, wish) : failure),
      text: (text) => this.#redactor.text(text),
    });
    return { ...choice, model };
  }

  #redacted(failure: ModelFailure): ModelFailure {
    return { ...failure, message: this.#redactor.text(failure.message) };
  }
}

const DEMO_CHOSEN = "The built-in demo model was chosen.";
const DEMO_MODEL: ServerModel = { id: DEMO_NAME, loaded: true };

const stillLooking: ModelFailure = {
  code: "interrupted",
  message: "Opta is still looking for a model server.",
  retryable: true,
};

function noServer(why: string, wished: string | null): ModelFailure {
  const message = `${why}${wished === null ? "" : ` to run "${wished}"`}. ${HOW_TO_SET} ` +
    `The built-in demo answers with "--provider demo".`;
  return { code: "lmx-connection-refused", message, retryable: true };
}

function unknownProvider(name: string | null): ModelFailure {
  const message = `There is no provider "${name}". Choose auto, lmx, openai, anthropic or demo.`;
  return { code: "no-model-loaded", message, retryable: false };
}

function readProvider(name: string): Provider | null {
  if (name === DEMO_NAME) return "demo";
  return PROVIDERS.find((provider) => provider === name) ?? null;
}
