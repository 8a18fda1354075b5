/** The settings that a user may keep in the config file: their names, what each accepts, and the variable that overrides it. */
import { z } from "zod";
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";

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
  /** What it does, for people. */
  summary: string;
  /** What is accepted, where it is no short list of words. */
  accepts?: string;
  /** What holds when nobody has set it. */
  usual: string;
}

const MILLISECONDS = "milliseconds, 100 to 86400000";

export const configFields = {
  "connection.host": {
    schema: Host,
    env: "OPTA_HOST",
    summary: "host of the model server: Opta LMX, or any OpenAI-compatible one",
    accepts: "a host name or an address",
    usual: "none: LM Studio, Ollama or llama.cpp, whichever answers here",
  },
  "connection.port": {
    schema: Port,
    env: "OPTA_PORT",
    summary: "port of the model server",
    accepts: "1 to 65535",
    usual: "1234",
  },
  "connection.apiKey": {
    schema: line,
    env: "OPTA_API_KEY",
    secret: true,
    summary: "sent to the configured model server as a bearer token",
    accepts: "one line of text",
    usual: "none",
  },
  "connection.adminKey": {
    schema: line,
    env: "OPTA_LMX_ADMIN_KEY",
    secret: true,
    summary: "lets opta models load, unload, download and delete on an Opta LMX",
    accepts: "one line of text",
    usual: "none",
  },
  "connection.baseUrl": {
    schema: BaseUrl,
    summary: "the model server as one URL, in place of host and port",
    accepts: "an http or https URL without credentials",
    usual: "none",
  },
  "model.default": {
    schema: line,
    env: "OPTA_MODEL",
    summary: "the model to ask for",
    accepts: "a name, as opta models list shows it",
    usual: "the first that the server has loaded",
  },
  "model.contextLength": {
    schema: wholeNumber(1_024, 100_000_000),
    summary: "the window of the server's models in tokens",
    accepts: "1024 to 100000000",
    usual: "what the server says, or 32768",
  },
  "model.maxTokens": {
    schema: wholeNumber(1, 10_000_000),
    summary: "most tokens of one answer",
    accepts: "1 to 10000000",
    usual: "what suits the server",
  },
  "model.connectTimeoutMs": {
    schema: TimeLimit,
    summary: "how long the model server may take to be reached",
    accepts: MILLISECONDS,
    usual: "5000",
  },
  "model.firstTokenTimeoutMs": {
    schema: TimeLimit,
    summary: "how long a model may take for its first word",
    accepts: MILLISECONDS,
    usual: "180000",
  },
  "model.tokenTimeoutMs": {
    schema: TimeLimit,
    summary: "how long a model may be silent within an answer",
    accepts: MILLISECONDS,
    usual: "60000",
  },
  "model.turnTimeoutMs": {
    schema: TimeLimit,
    summary: "how long one answer of a model may take",
    accepts: MILLISECONDS,
    usual: "3600000",
  },
  "turn.mode": {
    schema: TurnMode,
    summary: "what chat and do ask for unless a flag says otherwise",
    usual: "chat for opta chat, do for opta do",
  },
  "provider.active": {
    schema: Provider,
    env: "OPTA_PROVIDER",
    summary: "who answers",
    usual: "auto",
  },
  "provider.fallback": {
    schema: Fallback,
    summary: "who answers when no model server takes a turn",
    usual: "none",
  },
  "anthropic.apiKey": {
    schema: line,
    env: "ANTHROPIC_API_KEY",
    secret: true,
    summary: "the key of the Anthropic API",
    accepts: "one line of text",
    usual: "none",
  },
  "anthropic.model": {
    schema: line,
    summary: "the model to ask Anthropic for",
    accepts: "a name",
    usual: "claude-sonnet-5",
  },
  "anthropic.baseUrl": {
    schema: CloudUrl,
    summary: "a gateway in place of Anthropic's own address",
    accepts: "an https URL without credentials; http on this machine only",
    usual: "none",
  },
  "daemon.maxSessions": {
    schema: wholeNumber(1, 100_000),
    summary: "most sessions that may exist",
    accepts: "1 to 100000",
    usual: "100000",
  },
  "daemon.allowedOrigins": {
    schema: Origins,
    summary: "origins of other web apps that may use the daemon",
    accepts: "origins such as http://localhost:5173, with commas between them",
    usual: "none",
  },
  "daemon.permissionTimeoutMs": {
    schema: wholeNumber(1_000, 24 * 60 * 60 * 1_000),
    summary: "how long a request for permission waits for an answer",
    accepts: "milliseconds, 1000 to 86400000",
    usual: "1800000",
  },
  "tui.theme": {
    schema: TuiTheme,
    summary: "colours of the terminal UI; NO_COLOR wins",
    usual: "as the terminal says of its background, or dark",
  },
} as const satisfies Record<string, ConfigField>;

const toolField: ConfigField = {
  schema: ToolDecision,
  summary: "whether a tool may be used, or with a pattern, on what",
  usual: "reading is allowed, changing and running are asked for",
};

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
  const shown = fieldOf(key).secret ? "" : ` is ${shortened(JSON.stringify(value))}`;
  throw new CliError(`${origin}${shown}: ${result.error.issues[0]?.message}`, ExitCode.usage);
}

/** A file that came with a project may hold anything. */
const MAX_VALUE_SHOWN = 100;

function shortened(text: string): string {
  return text.length <= MAX_VALUE_SHOWN ? text : `${text.slice(0, MAX_VALUE_SHOWN)}…`;
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
