/**
 * What completions need to know of sessions and models, taken from answers of the daemon and from the cache. Both are read
 * by hand: the schemas of the protocol take longer to load than a Tab may take. What has another form is left out.
 */

export interface SessionValue {
  id: string;
  title: string;
  tags: string[];
  /** ISO 8601. */
  updatedAt: string;
}

export interface ModelValue {
  id: string;
  isLoaded: boolean;
}

export interface KnownValues {
  sessions: SessionValue[];
  models: ModelValue[];
}

/** As many as a page of the daemon holds, and as a beginning of an id is looked for in. */
export const MAX_SESSIONS = 200;
/** More than any server has. */
const MAX_MODELS = 500;
/** A name, an id: what is longer is none. */
const MAX_NAME_LENGTH = 300;
/** As much of a title as is shown. */
const MAX_TITLE_LENGTH = 100;
const MAX_TAGS = 50;

/** The answer of `/v3/sessions`. */
export function readSessions(answer: unknown): SessionValue[] {
  return itemsOf(fieldOf(answer, "sessions"), MAX_SESSIONS).flatMap((item) => {
    const id = nameOf(fieldOf(item, "sessionId") ?? fieldOf(item, "id"));
    const [title, updatedAt] = [fieldOf(item, "title"), fieldOf(item, "updatedAt")];
    if (id === null || typeof title !== "string" || typeof updatedAt !== "string") return [];
    const tags = itemsOf(fieldOf(item, "tags"), MAX_TAGS).map(nameOf).filter((tag) => tag !== null);
    return [{ id, title: title.slice(0, MAX_TITLE_LENGTH).toWellFormed(), tags, updatedAt: updatedAt.slice(0, 40) }];
  });
}

/** The answers of `/v3/models` and `/v3/lmx/models/available`, which only an LMX has. */
export function readModels(list: unknown, onDisk: unknown): ModelValue[] {
  const listed = itemsOf(fieldOf(list, "models"), MAX_MODELS).flatMap((item) => {
    const id = nameOf(fieldOf(item, "id"));
    const isLoaded = fieldOf(item, "loaded") === true || fieldOf(item, "isLoaded") === true;
    return id === null ? [] : [{ id, isLoaded }];
  });
  const known = new Set(listed.map(({ id }) => id));
  const more = itemsOf(onDisk, MAX_MODELS).map((item) => nameOf(fieldOf(item, "repo_id")))
    .filter((id) => id !== null && !known.has(id)) as string[];
  return [...listed, ...more.map((id) => ({ id, isLoaded: false }))].slice(0, MAX_MODELS);
}

/** What the cache holds. */
export function readKnownValues(cache: unknown): Partial<KnownValues> {
  return {
    ...(fieldOf(cache, "sessions") !== undefined && { sessions: readSessions(cache) }),
    ...(fieldOf(cache, "models") !== undefined && { models: readModels(cache, []) }),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function itemsOf(value: unknown, most: number): unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

function nameOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH ? value : null;
}
