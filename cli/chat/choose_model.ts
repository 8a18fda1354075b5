/** `/model`: shows the models of the server, and chooses one for the session. */
import type { ModelList } from "@opta/protocol";
import type { Api, Session } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** Gives the choice back to the daemon. */
const DAEMONS_CHOICE = "default";
/** Milliseconds for the list that a chosen name is looked up in: the choice does not depend on it. */
const LOOK_UP_MS = 3_000;

export interface ModelContext {
  api: Api;
  session: Session;
  /** The models that were shown last, for `/model 2`. */
  list: { models: string[] };
  /** Text for the user, of one or more lines. */
  say(text: string): void;
}

/** @throws {CliError | ApiError} with what could not be done */
export async function chooseModel(argument: string, context: ModelContext): Promise<void> {
  if (argument === "") return await showModels(context);
  if (argument === DAEMONS_CHOICE) return await setModel(null, context);
  if (/^\d{1,4}$/.test(argument)) return await setModel(await modelAt(Number(argument), context), context);
  await setModel(argument, context);
  const listing = await context.api.call("listModels", { timeoutMs: LOOK_UP_MS }).catch(() => null); // it is chosen already
  const doubt = doubtAbout(argument, listing);
  if (doubt !== null) context.say(doubt);
}

async function showModels({ api, session, list, say }: ModelContext): Promise<void> {
  const [listing, { model: usual }] = await Promise.all([api.call("listModels"), api.call("status")]);
  list.models = listing.models.map(({ id }) => id);
  say(formatModels(listing, session.state.model, usual.model));
}

/** The list that was shown counts, so that a number means what is read there; without one, the list of now. */
async function modelAt(number: number, { api, list }: ModelContext): Promise<string> {
  if (list.models.length === 0) list.models = (await api.call("listModels")).models.map(({ id }) => id);
  const model = list.models[number - 1];
  if (model !== undefined) return model;
  const count = list.models.length;
  throw new CliError(`There is no model ${number}: /model lists ${count === 0 ? "none" : count}`, ExitCode.usage);
}

/** The event that comes of it says so, here and wherever else the session is shown. */
async function setModel(model: string | null, { api, session }: ModelContext): Promise<void> {
  await api.call("updateSession", { params: { sessionId: session.state.sessionId }, body: { model } });
}

/** What makes one doubt a name; `null` when it is listed, or nobody knows. */
export function doubtAbout(name: string, listing: Pick<ModelList, "models"> | null): string | null {
  const ids = listing?.models.map(({ id }) => id) ?? [];
  if (ids.length === 0 || ids.includes(name)) return null;
  const meant = nearest(name, ids);
  const hint = meant ? `did you mean ${sanitizeLine(meant)}?` : "it may be a preset.";
  return `The server does not list ${sanitizeLine(name)}: ${hint} It is asked for all the same`;
}

/**
 * @param own the model of the session; `null` when the daemon chooses
 * @param usual what the daemon would choose
 */
export function formatModels(
  { models, reason }: Pick<ModelList, "models" | "reason">,
  own: string | null,
  usual: string,
): string {
  const inUse = own ?? usual;
  const width = String(models.length).length;
  const rows = models.map(({ id, loaded }, i) =>
    `${id === inUse ? "*" : " "} ${String(i + 1).padStart(width)}  ${sanitizeLine(id)}${stateOf(loaded)}`
  );
  const choice = own === null
    ? sanitizeLine(reason)
    : `${sanitizeLine(own)} is chosen for this session; /model ${DAEMONS_CHOICE} leaves it to the daemon`;
  return [...rows, choice, ...(models.length > 0 ? ["/model NUMBER or /model NAME chooses one"] : [])].join("\n");
}

function stateOf(loaded: boolean | null): string {
  return loaded === null ? "" : loaded ? " (loaded)" : " (not loaded)";
}
