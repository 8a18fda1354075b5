/** Anthropic's models, as far as the settings give access to them: which one answers, and which there are. */
import { noAnthropicKey } from "./anthropic_failure.ts";
import type { ModelCounters } from "../observe/model_counters.ts";
import { AnthropicModel, type AnthropicModelOptions } from "./anthropic_model.ts";
import { listAnthropicModels } from "./anthropic_models.ts";
import type { ModelChoice, ModelFailure } from "./model.ts";
import type { ServerModel } from "./server_models.ts";
import { placeOf, type ServerPlace } from "./server_place.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";
import { WatchedModel } from "./watched_model.ts";

export interface AnthropicSettings {
  apiKey: string | null;
  /** The model for turns that name none. */
  model: string | null;
  /** In place of Anthropic's own address: a gateway. */
  baseUrl: string | null;
}

export const ANTHROPIC_URL = "https://api.anthropic.com";

/**
 * The middle of the models in price and ability, open to every key; by the name of one release, for a name that moves on to
 * the next one would change what turns cost without anybody having asked for it.
 */
const DEFAULT_MODEL = "claude-sonnet-5";

const HOW_TO_NAME = 'Name another one with "--model NAME" or "opta config set anthropic.model NAME"';

export class AnthropicAccount {
  /** The model for turns that name none. */
  readonly usualModel: string;
  readonly #isModelSet: boolean;
  readonly #place: ServerPlace;
  readonly #timeouts: ModelTimeouts;
  readonly #model: WatchedModel | null;

  constructor(
    { apiKey, model, baseUrl }: AnthropicSettings,
    { timeouts = DEFAULT_TIMEOUTS, maxTokens, counters }: Pick<AnthropicModelOptions, "timeouts" | "maxTokens"> & {
      counters?: ModelCounters;
    } = {},
  ) {
    this.usualModel = model ?? DEFAULT_MODEL;
    this.#isModelSet = model !== null;
    this.#timeouts = timeouts;
    this.#place = placeOf(baseUrl ?? ANTHROPIC_URL, apiKey);
    const options = { baseUrl: this.#place.baseUrl, timeouts, maxTokens };
    this.#model = apiKey === null ? null : new WatchedModel(new AnthropicModel({ ...options, apiKey }), { counters });
  }

  /** Without one nothing can be asked. */
  get hasKey(): boolean {
    return this.#model !== null;
  }

  /** `host[:port]`, for people. */
  get label(): string {
    return this.#place.label;
  }

  /** @param wished the model that a turn or its session names */
  choose(wished: string | null): ModelChoice | ModelFailure {
    const model = this.#model;
    if (model === null) return noAnthropicKey;
    const at = `at Anthropic (${this.label})`;
    if (wished !== null) return { model, name: wished, reason: `Asked for, ${at}.` };
    const which = this.#isModelSet ? "The default model" : "The usual model";
    return { model, name: this.usualModel, reason: `${which}, ${at}. ${HOW_TO_NAME}.` };
  }

  /** Never rejects. */
  async listModels(signal: AbortSignal): Promise<ServerModel[] | ModelFailure> {
    const { apiKey } = this.#place;
    return apiKey === null ? noAnthropicKey : await listAnthropicModels(this.#place, apiKey, this.#timeouts, signal);
  }
}
