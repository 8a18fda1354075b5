/**
 * What the daemon was started with: arguments for what may be seen, environment for secrets. `opta daemon start` composes
 * both; people rarely type them.
 */
import { DEFAULT_HOST, DEFAULT_PORT, FALLBACK_PORTS, HOST_VARIABLES } from "@opta/protocol";
import { parseArgs } from "@std/cli/parse-args";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./model/timeouts.ts";
import type { LegacyDoor } from "./server/context.ts";
import { StartError } from "./start_error.ts";

/** Exit code of wrong usage. */
const USAGE_EXIT_CODE = 2;

const Port = z.coerce.number().int().min(1).max(65_535);
const PortList = z.string().transform((text) => text.split(",")).pipe(
  z.array(z.string().regex(/^\d+$/, "must be numbers").pipe(z.coerce.number<string>().int().max(65_535))),
);
const Origin = z.string().refine((text) => /^https?:\/\//.test(text) && URL.parse(text)?.origin === text, {
  error: "must be an origin such as https://opta.example",
});
const CloudUrl = z.url({ protocol: /^https?$/ }).refine(keepsKeysPrivate, "must be https, or on this machine");
const count = z.coerce.number().int().positive();

const Arguments = z.object({
  home: z.string().refine(isAbsolute, "must be an absolute path").optional(),
  "state-dir": z.string({ error: "is missing" }).refine(isAbsolute, "must be an absolute path"),
  host: z.enum(["127.0.0.1", "::1", "localhost"], {
    error: "must be 127.0.0.1, ::1 or localhost: the daemon has no TLS, so it listens on this machine alone",
  }).default(DEFAULT_HOST),
  ports: PortList.default([DEFAULT_PORT, ...FALLBACK_PORTS]),
  "model-host": z.string().min(1).optional(),
  "model-port": Port.optional(),
  "base-url": z.url({ protocol: /^https?$/ }).optional(),
  provider: z.enum(["auto", "lmx", "openai", "anthropic", "demo"]).default("auto"),
  fallback: z.enum(["none", "anthropic"]).default("none"),
  model: z.string().min(1).optional(),
  "context-length": count.optional(),
  "max-tokens": count.optional(),
  "anthropic-model": z.string().min(1).optional(),
  "anthropic-base-url": CloudUrl.optional(),
  "connect-timeout-ms": count.default(DEFAULT_TIMEOUTS.connectMs),
  "first-token-timeout-ms": count.default(DEFAULT_TIMEOUTS.firstTokenMs),
  "token-timeout-ms": count.default(DEFAULT_TIMEOUTS.betweenTokensMs),
  "turn-timeout-ms": count.default(DEFAULT_TIMEOUTS.turnMs),
  "max-sessions": count.optional(),
  "permission-timeout-ms": count.optional(),
  "allowed-origin": z.array(Origin).default([]),
  "open-chat": z.string().refine(isAbsolute, "must be an absolute path").optional(),
  "demo-pace": z.coerce.number().nonnegative().optional(),
  foreground: z.boolean(),
}).refine((args) => (args["model-host"] === undefined) === (args["model-port"] === undefined), {
  error: "--model-host and --model-port go together",
});

export interface DaemonSettings {
  /** Absolute; everything the daemon keeps is in it. */
  stateDir: string;
  /** Absolute; Opta's own folder, in which the other one lies: no tool sees it. */
  home: string;
  host: string;
  /** Tried in this order; 0 is any free one. */
  ports: number[];
  modelServer: { host: string; port: number } | null;
  /** Of any OpenAI-compatible server; goes before `modelServer`. */
  baseUrl: string | null;
  provider: "auto" | "lmx" | "openai" | "anthropic" | "demo";
  /** Where a turn goes whose model server cannot be reached; `none` unless the user has said so. */
  fallback: "none" | "anthropic";
  model: string | null;
  /** The model's window in tokens; `undefined` for what the server says. */
  contextLength: number | undefined;
  /** Longest answer in tokens; `undefined` for the most that suits the server. */
  maxTokens: number | undefined;
  anthropic: { apiKey: string | null; model: string | null; baseUrl: string | null };
  timeouts: ModelTimeouts;
  maxSessions: number | undefined;
  /** How long a request for permission waits for a person; `undefined` for the usual time. */
  permissionTimeoutMs: number | undefined;
  allowedOrigins: string[];
  /** What scripts of earlier releases may do without the token. */
  legacy: LegacyDoor;
  /** Write for people to standard error. */
  foreground: boolean;
  /** Tokens of the demo in a second; `undefined` for its usual pace. */
  demoTokensPerSecond: number | undefined;
  apiKey: string | null;
  adminKey: string | null;
  /** Names the boot of the machine; empty when nobody can tell. */
  bootId: string;
  /** What there is of `HOST_VARIABLES`. */
  hostEnv: Readonly<Record<string, string>>;
}

/** @throws {StartError} naming the argument that is wrong */
export function readSettings(args: readonly string[], env: (name: string) => string | undefined): DaemonSettings {
  const raw = parseArgs(args, {
    string: Object.keys(Arguments.shape).filter((name) => name !== "foreground"),
    boolean: ["foreground"],
    collect: ["allowed-origin"],
    unknown: (arg) => {
      throw new StartError(`Cannot start: unknown argument ${arg}`, USAGE_EXIT_CODE);
    },
  });
  const parsed = Arguments.safeParse(raw);
  if (!parsed.success) throw usageError(parsed.error);
  const { data } = parsed;
  const [modelHost, modelPort, pace] = [data["model-host"], data["model-port"], data["demo-pace"]];
  return {
    stateDir: data["state-dir"],
    home: data.home ?? data["state-dir"],
    host: data.host,
    ports: data.ports,
    modelServer: modelHost !== undefined && modelPort !== undefined ? { host: modelHost, port: modelPort } : null,
    baseUrl: data["base-url"] ?? null,
    provider: data.provider,
    fallback: data.fallback,
    model: data.model ?? null,
    contextLength: data["context-length"],
    maxTokens: data["max-tokens"],
    anthropic: {
      apiKey: env("ANTHROPIC_API_KEY") || null,
      model: data["anthropic-model"] ?? null,
      baseUrl: data["anthropic-base-url"] ?? null,
    },
    timeouts: {
      connectMs: data["connect-timeout-ms"],
      firstTokenMs: data["first-token-timeout-ms"],
      betweenTokensMs: data["token-timeout-ms"],
      turnMs: data["turn-timeout-ms"],
    },
    maxSessions: data["max-sessions"],
    permissionTimeoutMs: data["permission-timeout-ms"],
    allowedOrigins: data["allowed-origin"],
    legacy: { isOpen: data["open-chat"] !== undefined, cwd: data["open-chat"] ?? null },
    foreground: data.foreground,
    demoTokensPerSecond: pace === undefined ? undefined : 1_000 / pace,
    apiKey: env("OPTA_API_KEY") || null,
    adminKey: env("OPTA_LMX_ADMIN_KEY") || null,
    bootId: env("OPTA_BOOT_ID") ?? "",
    hostEnv: Object.fromEntries(HOST_VARIABLES.flatMap((name) => {
      const value = env(name);
      return value === undefined ? [] : [[name, value]];
    })),
  };
}

/** A key that is sent there does not cross the network in the open. */
function keepsKeysPrivate(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || ["127.0.0.1", "[::1]", "localhost"].includes(url?.hostname ?? "");
}

function usageError(error: z.ZodError): StartError {
  const [issue] = error.issues;
  const name = issue?.path[0];
  const what = name === undefined ? issue?.message : `--${String(name)}: ${issue?.message}`;
  return new StartError(`Cannot start: ${what}`, USAGE_EXIT_CODE);
}
