/**
 * Where a turn goes whose own model server did not take it, when the user has said that it may leave the machine. Only the
 * settings say so: what was set up for one's own machines is never sent elsewhere by default.
 */
import type { AnthropicAccount } from "./anthropic_account.ts";
import { HOW_TO_SET_KEY } from "./anthropic_failure.ts";
import type { ModelChoice, ModelFailure } from "./model.ts";

export type FallbackSetting = "none" | "anthropic";

const HOW_TO_LEAVE = 'Keep turns here with "opta config set provider.fallback none"';

export interface CloudFallbackOptions {
  setting: FallbackSetting;
  /** `provider.active`: turns that are for the cloud anyway do not go there a second time. */
  provider: string;
  account: AnthropicAccount;
}

export class CloudFallback {
  /** The user has chosen that turns may go elsewhere. */
  readonly enabled: boolean;
  readonly #account: AnthropicAccount;

  constructor({ setting, provider, account }: CloudFallbackOptions) {
    this.enabled = setting === "anthropic" && provider !== "anthropic" && provider !== "demo";
    this.#account = account;
  }

  /** For people; `null` when there is no fallback. */
  get note(): string | null {
    if (!this.enabled) return null;
    const { hasKey, usualModel, label } = this.#account;
    return hasKey
      ? `When no model server takes a turn, ${usualModel} at Anthropic (${label}) answers.`
      : `The fallback to Anthropic has no API key. ${HOW_TO_SET_KEY}.`;
  }

  /** The names of models are those of the server that failed, so the usual model of the account answers. */
  choose(wish: Wish): ModelChoice | null {
    const choice = this.#mayServe(wish) ? this.#account.choose(null) : null;
    if (choice === null || "code" in choice) return null;
    const reason =
      `No model server took the turn, so ${choice.name} at Anthropic (${this.#account.label}) answers, as ` +
      `provider.fallback allows. ${HOW_TO_LEAVE}.`;
    return { ...choice, reason };
  }

  /** Says with a failure, after which the turn could have come here, why it did not. */
  explain(failure: ModelFailure, wish: Wish): ModelFailure {
    if (!failure.retryable || !this.#mayServe(wish) || this.#account.hasKey) return failure;
    return { ...failure, message: `${failure.message} ${this.note}` };
  }

  /** Who asks for a provider wants that one. */
  #mayServe({ provider }: Wish): boolean {
    return this.enabled && (provider === null || provider === "auto");
  }
}

interface Wish {
  provider: string | null;
}
