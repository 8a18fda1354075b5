/** Asks a place whether a model server is there and which models it has: one `GET /v1/models` within a time limit. */
import { parseErrorBody } from "./completion_chunk.ts";
import { badResponse, upstreamFailure } from "./failure.ts";
import { fetchReason } from "./fetch_error.ts";
import { freshConnection } from "./fresh_connection.ts";
import type { ModelFailure } from "./model.ts";
import { whyUnreachable } from "./reach.ts";
import { readText } from "./read_body.ts";
import { parseModelList, type ServerModel } from "./server_models.ts";
import type { ServerPlace } from "./server_place.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** What is known of a server: its chat models, that it has no list to show, or that it cannot be used. */
export type ProbeResult =
  | { kind: "models"; models: ServerModel[] }
  | { kind: "unlisted"; why: string }
  | { kind: "failure"; failure: ModelFailure };

/** Largest list that is read, in bytes: the largest public hosts list some hundreds of models in under 1 MiB. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** Stands for the model in a failure that comes before one is chosen. */
const ANY_MODEL = "any model";

/** Statuses of a server that serves completions, but has no such route. */
const NO_SUCH_ROUTE: readonly number[] = [404, 405, 501];

/** Never rejects; `timeouts.connectMs` is the limit for the whole answer. */
export async function probeServer(
  place: ServerPlace,
  timeouts: ModelTimeouts,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeouts.connectMs);
  const stop = AbortSignal.any([signal, limit.signal]);
  try {
    // Another server may be meant by a redirect, one that the user did not name.
    const url = `${place.baseUrl}/v1/models`;
    const headers = {
      ...(place.apiKey !== null && { authorization: `Bearer ${place.apiKey}` }),
      ...freshConnection(url),
    };
    const response = await fetch(url, { headers, redirect: "manual", signal: stop });
    return readAnswer(place, response.status, await readText(response, stop, MAX_LIST_BYTES));
  } catch (cause) {
    const failure = await whyUnreachable(place.address, timeouts, signal);
    if (failure) return { kind: "failure", failure };
    if (limit.signal.aborted) {
      return { kind: "unlisted", why: `did not list its models within ${timeouts.connectMs / 1_000} s` };
    }
    const what = `does not answer as one (${fetchReason(cause)})`;
    return { kind: "failure", failure: badResponse(place.label, what) };
  } finally {
    clearTimeout(timer);
  }
}

function readAnswer({ label }: ServerPlace, status: number, body: string): ProbeResult {
  if (NO_SUCH_ROUTE.includes(status)) return { kind: "unlisted", why: `does not list its models (HTTP ${status})` };
  if (status !== 200) {
    const error = parseErrorBody(body, status);
    return { kind: "failure", failure: upstreamFailure(label, ANY_MODEL, error) };
  }
  const models = parseModelList(body);
  if (models) return { kind: "models", models };
  const what = "does not answer with a list of models: it may be another kind of server";
  return { kind: "failure", failure: badResponse(label, what) };
}
