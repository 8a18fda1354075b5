/** Which model of a server answers: the one that was asked for, the default of the settings, or the server's first. */
import type { ModelChoice, ModelFailure } from "./model.ts";
import { pickModel } from "./server_models.ts";
import type { FoundServer } from "./server_search.ts";

export interface NamedModels {
  /** By the turn or its session. */
  wished: string | null;
  /** `model.default`. */
  configured: string | null;
}

const HOW_TO_NAME = 'Name one with "--model NAME" or "opta config set model.default NAME"';

/** A model that is named is taken at its word: a server may know presets and names that it does not list. */
export function chooseOn(server: FoundServer, { wished, configured }: NamedModels): ModelChoice | ModelFailure {
  const { place: { label }, model } = server;
  const choice = (name: string, reason: string): ModelChoice => {
    const contextLength = server.models.find(({ id }) => id === name)?.contextLength;
    return { model, name, reason, ...(contextLength !== undefined && { contextLength }) };
  };
  if (wished !== null) return choice(wished, `Asked for, at the model server ${label}.`);
  if (configured !== null) return choice(configured, `The default model, at the model server ${label}.`);
  const first = pickModel(server.models);
  if (!first) return noModel(server);
  const rank = first.loaded ? "first loaded model" : "first model";
  return choice(first.id, `The ${rank} of the server at ${label}. ${HOW_TO_NAME}.`);
}

function noModel({ place: { label }, unlisted }: FoundServer): ModelFailure {
  const message = unlisted === null
    ? `The model server at ${label} has no model to chat with. Load one there, and try again.`
    : `The model server at ${label} ${unlisted}, so Opta cannot choose one. ${HOW_TO_NAME}.`;
  return { code: "no-model-loaded", message, retryable: true };
}
