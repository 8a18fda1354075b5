/** The models that a key gives access to: one `GET /v1/models` within a time limit. */
import { parseAnthropicErrorBody } from "./anthropic_event.ts";
import { anthropicBroke, anthropicFailure, anthropicReach } from "./anthropic_failure.ts";
import { anthropicHeaders } from "./anthropic_model.ts";
import { fetchReason } from "./fetch_error.ts";
import type { ModelFailure } from "./model.ts";
import { whyUnreachable } from "./reach.ts";
import { readText } from "./read_body.ts";
import { parseModelList, type ServerModel } from "./server_models.ts";
import type { ServerPlace } from "./server_place.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** The longest page that the API gives, in models: more than there are. */
const PAGE_LENGTH = 1_000;
/** Largest list that is read, in bytes: far more than some dozens of models take. */
const MAX_LIST_BYTES = 1024 * 1024;

/** Stands for the model in a failure that comes before one is chosen. */
const ANY_MODEL = "any model";

/** Never rejects; `timeouts.connectMs` is the limit for the whole answer. */
export async function listAnthropicModels(
  { baseUrl, address, label }: ServerPlace,
  apiKey: string,
  timeouts: ModelTimeouts,
  signal: AbortSignal,
): Promise<ServerModel[] | ModelFailure> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeouts.connectMs);
  const stop = AbortSignal.any([signal, limit.signal]);
  try {
    const init: RequestInit = { headers: anthropicHeaders(apiKey), redirect: "manual", signal: stop };
    const response = await fetch(`${baseUrl}/v1/models?limit=${PAGE_LENGTH}`, init);
    const body = await readText(response, stop, MAX_LIST_BYTES);
    if (!response.ok) return anthropicFailure(label, ANY_MODEL, parseAnthropicErrorBody(body, response.status));
    return parseModelList(body) ?? anthropicBroke(label, "did not answer with a list of models");
  } catch (cause) {
    if (limit.signal.aborted) {
      return anthropicBroke(label, `did not list its models within ${timeouts.connectMs / 1_000} s`);
    }
    return await whyUnreachable(address, timeouts, signal, anthropicReach) ??
      anthropicBroke(label, `did not list its models (${fetchReason(cause)})`);
  } finally {
    clearTimeout(timer);
  }
}
