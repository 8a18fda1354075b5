/**
 * What a daemon is started with: composed from flags, environment and config file, in this order of precedence. The
 * settings are not secret and are kept beside the state file; the secrets go through the environment alone.
 */
import { DEFAULT_HOST, DEFAULT_PORT, FALLBACK_PORTS } from "@opta/protocol";
import { z } from "zod";
import { type Config, loadConfig } from "../config/config.ts";
import { Fallback, Host, Port, Provider } from "../config/config_keys.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";

/** Where LMX listens unless told otherwise. */
const DEFAULT_MODEL_HOST = "127.0.0.1";
const DEFAULT_MODEL_PORT = 1234;

/** The names under which the daemon lets itself be called. */
const LOOPBACK_NAMES: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** The model server that a daemon is told to use; with `none` it looks on this machine. */
export const ModelServer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("host"), host: z.string(), port: z.number() }),
  z.object({ kind: z.literal("url"), url: z.string() }),
]);
export type ModelServer = z.infer<typeof ModelServer>;

export const LaunchSettings = z.object({
  host: z.string(),
  /** Tried in this order; 0 is any free port. */
  ports: z.array(z.number()),
  modelServer: ModelServer,
  provider: Provider,
  fallback: Fallback.optional(),
  model: z.string().optional(),
  contextLength: z.number().optional(),
  maxTokens: z.number().optional(),
  anthropicModel: z.string().optional(),
  anthropicBaseUrl: z.string().optional(),
  connectTimeoutMs: z.number().optional(),
  firstTokenTimeoutMs: z.number().optional(),
  tokenTimeoutMs: z.number().optional(),
  turnTimeoutMs: z.number().optional(),
  maxSessions: z.number().optional(),
  permissionTimeoutMs: z.number().optional(),
  /** Scripts of earlier releases need no token, and their turns see this folder. */
  openChat: z.string().optional(),
  /** Foreign origins whose pages may use the daemon. */
  allowedOrigins: z.array(z.string()).optional(),
});
export type LaunchSettings = z.infer<typeof LaunchSettings>;

export interface LaunchSecrets {
  apiKey?: string;
  adminKey?: string;
  anthropicKey?: string;
}

/** What flags say, as they were typed. */
export interface LaunchFlags {
  /** Where the daemon listens. */
  host?: string;
  port?: string;
  /** The model server, `host[:port]`. */
  device?: string;
}

export interface Launch {
  settings: LaunchSettings;
  secrets: LaunchSecrets;
}

export async function loadLaunch(paths: Paths, env: Env, flags: LaunchFlags = {}): Promise<Launch> {
  return composeLaunch(await loadConfig(paths, env), env, flags);
}

/** @param config the values in force, so those of the environment included */
export function composeLaunch(config: Config, env: Env, flags: LaunchFlags): Launch {
  return {
    settings: {
      host: listeningHost(flags.host ?? (env.OPTA_DAEMON_HOST || undefined)),
      ports: listeningPorts(flags.port ?? (env.OPTA_DAEMON_PORT || undefined)),
      modelServer: modelServer(config, env, flags.device),
      provider: config["provider.active"] ?? "auto",
      fallback: config["provider.fallback"],
      model: config["model.default"],
      contextLength: config["model.contextLength"],
      maxTokens: config["model.maxTokens"],
      anthropicModel: config["anthropic.model"],
      anthropicBaseUrl: config["anthropic.baseUrl"],
      connectTimeoutMs: config["model.connectTimeoutMs"],
      firstTokenTimeoutMs: config["model.firstTokenTimeoutMs"],
      tokenTimeoutMs: config["model.tokenTimeoutMs"],
      turnTimeoutMs: config["model.turnTimeoutMs"],
      maxSessions: config["daemon.maxSessions"],
      permissionTimeoutMs: config["daemon.permissionTimeoutMs"],
      allowedOrigins: config["daemon.allowedOrigins"]?.split(","),
    },
    secrets: {
      apiKey: config["connection.apiKey"],
      adminKey: config["connection.adminKey"],
      anthropicKey: config["anthropic.apiKey"],
    },
  };
}

/** Reads `host[:port]`, with an IPv6 address in brackets. */
export function parseDevice(text: string): { host: string; port?: number } {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text);
  const host = Host.safeParse(match?.[1]);
  const port = Port.optional().safeParse(match?.[2]);
  if (host.success && port.success) return { host: host.data, ...(port.data !== undefined && { port: port.data }) };
  throw new CliError(`--device ${JSON.stringify(text)} is no host[:port], such as 192.168.1.4:1234`, ExitCode.usage);
}

/** The server as people know it. */
export function describeModelServer(server: ModelServer): string {
  switch (server.kind) {
    case "none":
      return "none";
    case "host":
      return authority(server.host, server.port);
    case "url":
      return server.url;
    default:
      return server satisfies never;
  }
}

/** `host:port` as URLs and permission flags write it. */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A flag is nearest to the user, then the environment, then the file; there a URL says more than a host. */
function modelServer(config: Config, env: Env, device: string | undefined): ModelServer {
  const port = config["connection.port"] ?? DEFAULT_MODEL_PORT;
  if (device !== undefined) return { kind: "host", port, ...parseDevice(device) };
  const host = config["connection.host"];
  if (env.OPTA_HOST && host !== undefined) return { kind: "host", host, port };
  const url = config["connection.baseUrl"];
  if (url !== undefined) return { kind: "url", url };
  if (host !== undefined) return { kind: "host", host, port };
  return config["connection.port"] === undefined ? { kind: "none" } : { kind: "host", host: DEFAULT_MODEL_HOST, port };
}

/** The daemon speaks plain HTTP, and its token would cross the network in the open (security rule 12). */
function listeningHost(text: string = DEFAULT_HOST): string {
  const host = Host.safeParse(text);
  if (host.success && LOOPBACK_NAMES.includes(host.data)) return host.data;
  throw new CliError(
    `Cannot listen on ${JSON.stringify(text)}: the daemon has no TLS, so it listens on this machine alone ` +
      `(127.0.0.1, ::1 or localhost). Reach it from elsewhere through an SSH tunnel`,
    ExitCode.usage,
  );
}

/** A port that somebody names is the only one tried: going elsewhere would surprise whoever named it. */
function listeningPorts(text: string | undefined): number[] {
  if (text === undefined) return [DEFAULT_PORT, ...FALLBACK_PORTS];
  const port = text === "0" ? 0 : Port.safeParse(text).data;
  if (port !== undefined) return [port];
  throw new CliError(`Cannot listen on port ${JSON.stringify(text)}: must be a number from 0 to 65535`, ExitCode.usage);
}
