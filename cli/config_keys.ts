/** The settings that a user may keep in the config file: their names, what each accepts, and the variable that overrides it. */
import { z } from "zod";
import { CliError, ExitCode } from "./exit.ts";
import { nearest } from "./nearest.ts";

/** A host name or address without scheme and port: the ports and schemes of a setting have keys of their own. */
export const Host = z.string().regex(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?)$/,
  "must be a host name or an address, without scheme and port",
).transform((host) => host.replace(/^\[|\]$/g, ""));

/** Also takes digits, for values come from a command line or the environment. */
export const Port = wholeNumber(1, 65_535);

export const Provider = oneOf("auto", "lmx", "openai", "anthropic", "demo");
export type Provider = z.infer<typeof Provider>;

export const Fallback = oneOf("none", "anthropic");

/** The colours of the terminal UI; not imported either. */
export const TuiTheme = oneOf("dark", "light", "none");

/** The modes of a turn; not imported, for that would load the protocol with every command. */
const TurnMode = oneOf("chat", "do", "plan", "review", "research");

/** A time limit: from a tenth of a second to a day. */
const TimeLimit = wholeNumber(100, 24 * 60 * 60 * 1_000);

const BaseUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).refine(
  (text) => !URL.canParse(text) || new URL(text).username === "",
  "must not hold credentials: keys have settings and variables of their own",
);

/** Of a service that is given a key: it must not cross the network in the open. */
const CloudUrl = BaseUrl.refine(
  keepsKeysPrivate,
  "must be an https URL, for over http the API key could be read on the way; only 127.0.0.1 may be http",
);

const line = z.string().trim().min(1, "must not be empty").regex(/^\P{Cc}*$/u, "must be one line of text");

/** Origins whose pages may use the daemon, with commas between them, as browsers write them. */
const Origins = z.string().transform((text) => text.split(",").map((part) => part.trim()).filter((part) => part !== ""))
  .refine(
    (origins) => origins.length > 0 && origins.every((origin) => isOrigin(origin)),
    "must be origins such as http://localhost:5173, with commas between them: scheme, host and port, and no path or star",
  ).transform((origins) => origins.join(","));

const ToolDecision = oneOf("allow", "ask", "deny");

/** What one key accepts; `env` overrides what the file says, `secret` is not shown unless asked for by name. */
export interface ConfigField {
  schema: z.ZodType<string | number>;
  env?: string;
  secret?: true;
}

export const configFields = {
  "connection.host": { schema: Host, env: "OPTA_HOST" },
  "connection.port": { schema: Port, env: "OPTA_PORT" },
  "connection.apiKey": { schema: line, env: "OPTA_API_KEY", secret: true },
  "connection.adminKey": { schema: line, env: "OPTA_LMX_ADMIN_KEY", secret: true },
  "connection.baseUrl": { schema: BaseUrl },
  "model.default": { schema: line, env: "OPTA_MODEL" },
  "model.contextLength": { schema: wholeNumber(1_024, 100_000_000) },
  "model.maxTokens": { schema: wholeNumber(1, 10_000_000) },
  "model.connectTimeoutMs": { schema: TimeLimit },
  "model.firstTokenTimeoutMs": { schema: TimeLimit },
  "model.tokenTimeoutMs": { schema: TimeLimit },
  "model.turnTimeoutMs": { schema: TimeLimit },
  "turn.mode": { schema: TurnMode },
  "provider.active": { schema: Provider, env: "OPTA_PROVIDER" },
  "provider.fallback": { schema: Fallback },
  "anthropic.apiKey": { schema: line, env: "ANTHROPIC_API_KEY", secret: true },
  "anthropic.model": { schema: line },
  "anthropic.baseUrl": { schema: CloudUrl },
  "daemon.maxSessions": { schema: wholeNumber(1, 10_000) },
  "daemon.allowedOrigins": { schema: Origins },
  "daemon.permissionTimeoutMs": { schema: wholeNumber(1_000, 24 * 60 * 60 * 1_000) },
  "tui.theme": { schema: TuiTheme },
} as const satisfies Record<string, ConfigField>;

const toolField: ConfigField = { schema: ToolDecision };

/** What the daemon takes. */
const MAX_RULE_LENGTH = 2_000;

/** `permissions.edit_file`, or with a pattern of what it may touch: `permissions.run_command: git *`. */
export function isToolKey(key: string): boolean {
  return /^permissions\.[A-Za-z][\w.-]*\*?(?::\s*\S.*)?$/s.test(key) && key.length <= MAX_RULE_LENGTH;
}

/** @throws {CliError} naming the nearest key, when there is no such key */
export function fieldOf(key: string): ConfigField {
  if (isToolKey(key)) return toolField;
  if (isFixedKey(key)) return configFields[key];
  const meant = nearest(key, [...Object.keys(configFields), "permissions.<tool>"]);
  const hint = meant ? `did you mean ${meant}?` : `see "opta config --help"`;
  throw new CliError(`Unknown config key ${JSON.stringify(key)}: ${hint}`, ExitCode.usage);
}

/** @throws {CliError} with the reason, when the key does not accept the value; `origin` says where it stands */
export function parseValue(key: string, value: unknown, origin: string): string | number {
  const result = fieldOf(key).schema.safeParse(value);
  if (result.success) return result.data;
  const shown = fieldOf(key).secret ? "" : ` is ${JSON.stringify(value)}`;
  throw new CliError(`${origin}${shown}: ${result.error.issues[0]?.message}`, ExitCode.usage);
}

/** When a change is noticed: by the daemon when it starts, and else by whoever reads the setting next. */
export function needsRestart(key: string): boolean {
  return !/^(?:permissions|turn|tui)\./.test(key);
}

/** What a key accepts, where these are few words. */
export function choicesOf(key: string): readonly string[] {
  const { schema } = fieldOf(key);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

function isFixedKey(key: string): key is keyof typeof configFields {
  return Object.hasOwn(configFields, key);
}

function keepsKeysPrivate(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || ["127.0.0.1", "[::1]", "localhost"].includes(url?.hostname ?? "");
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.parse(text)?.origin === text;
}

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const error = `must be a whole number from ${min} to ${max}`;
  const digits = z.string().regex(/^\d{1,15}$/, error).transform(Number);
  return z.union([z.number(), digits], error).pipe(z.number(error).int(error).min(min, error).max(max, error));
}

function oneOf<const T extends string[]>(...choices: T) {
  return z.enum(choices, `must be one of ${choices.join(", ")}`);
}
