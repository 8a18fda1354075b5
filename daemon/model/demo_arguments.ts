/** The names that tools have for what the demo model means: it is written for no certain set of tools. */

/** Other names of each, as `normalised()` leaves them; the first that the tool has is taken. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  path: ["file", "filepath", "filename", "dir", "directory", "folder"],
  pattern: ["glob", "query", "regex", "name"],
  oldText: ["oldstring", "old", "search", "find", "from"],
  newText: ["newstring", "new", "replace", "replacement", "to"],
  replaceAll: ["all", "global"],
  content: ["text", "contents", "body"],
  literal: ["isliteral", "fixed", "fixedstring"],
  files: ["changes"],
  offset: ["startline", "start", "from"],
  limit: ["maxlines", "lines", "count"],
  command: ["cmd", "commandline"],
  cwd: ["workdir", "dir", "directory"],
  processId: ["id", "process"],
  url: ["uri", "address"],
  question: ["text", "prompt"],
  options: ["choices", "answers"],
  items: ["todos", "list", "tasks"],
  text: ["content", "title", "task"],
  state: ["status"],
};

/**
 * The arguments as the JSON Schema of the tool names them. What it has no place for is left out; `null` when something is
 * missing that it requires.
 */
export function fitArguments(schema: unknown, wanted: Record<string, unknown>): Record<string, unknown> | null {
  const { properties, required } = shapeOf(schema);
  const fitted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const key = keyFor(name, Object.keys(properties).filter((key) => !Object.hasOwn(fitted, key)));
    if (key === undefined) continue;
    const fit = fitValue(properties[key], value);
    if (fit === null) return null;
    fitted[key] = fit;
  }
  return required.every((key) => Object.hasOwn(fitted, String(key))) ? fitted : null;
}

function fitValue(schema: unknown, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = objectOf(schema);
    const fits = value.map((item) => fitValue(items, item));
    return fits.includes(null) ? null : fits;
  }
  return isObject(value) ? fitArguments(schema, value) : value;
}

function keyFor(name: string, keys: readonly string[]): string | undefined {
  const names = [normalised(name), ...(ALIASES[name] ?? [])];
  return names.map((name) => keys.find((key) => normalised(key) === name)).find((key) => key !== undefined);
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function shapeOf(schema: unknown): { properties: Record<string, unknown>; required: unknown[] } {
  const { properties, required } = objectOf(schema);
  return { properties: objectOf(properties), required: Array.isArray(required) ? required : [] };
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
