/**
 * What a service that runs the daemon consists of, whichever supervisor runs it: the command, and the variables that it
 * cannot do without. Settings stay in the config, and secrets with them: nothing of that is written into a file of the
 * supervisor.
 */
import { fileURLToPath } from "node:url";
import { CliError } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";

/** By this line, and nothing else, a file or task is known as Opta's own. */
export const MARKER = 'Written by "opta daemon install"; "opta daemon uninstall" removes it.';

/** What the log of systemd and the like call the service. */
export const DESCRIPTION = "Opta: the daemon that owns AI chat and coding sessions";

export interface ServiceFacts {
  /** The program and its arguments, with absolute paths. */
  command: readonly [program: string, ...args: string[]];
  environment: Readonly<Record<string, string>>;
  /** Opta's folder, which the daemon of this service is the daemon of. */
  home: string;
  /** Where a supervisor without a log of its own puts what the daemon says to people. */
  outputFile: string;
}

/** What finds programs, caches and certificates, and where to listen: none of it is secret, or has a place in the config. */
const PASSED_VARIABLES = [
  "PATH",
  "LANG",
  "LC_ALL",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "OPTA_DAEMON_HOST",
  "OPTA_DAEMON_PORT",
] as const;

/** Passed, unless one names a user and a password. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] as const;

/** Settings and secrets that a service does not see; each has a key in the config. */
const UNSEEN_VARIABLES: Readonly<Record<string, string>> = {
  OPTA_HOST: "connection.host",
  OPTA_PORT: "connection.port",
  OPTA_MODEL: "model.default",
  OPTA_PROVIDER: "provider.active",
  OPTA_API_KEY: "connection.apiKey",
  OPTA_LMX_ADMIN_KEY: "connection.adminKey",
  ANTHROPIC_API_KEY: "anthropic.apiKey",
};

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

export function serviceFacts(paths: Paths, env: Env): ServiceFacts {
  return {
    command: [Deno.execPath(), "run", "-A", "--quiet", MAIN, "daemon", "run", "--if-none"],
    environment: serviceVariables(paths, env),
    home: paths.home,
    outputFile: `${paths.stateDir}/daemon.stderr`,
  };
}

/** The variables of this shell that the service gets. */
export function serviceVariables(paths: Paths, env: Env): Record<string, string> {
  const proxies = PROXY_VARIABLES.filter((name) => !holdsCredentials(env[name]));
  const passed = [...PASSED_VARIABLES, ...proxies, "NO_PROXY", "no_proxy"].flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  // Resolved: a relative folder means another one elsewhere.
  return Object.fromEntries([...passed, ...(env.OPTA_HOME ? [["OPTA_HOME", paths.home]] : [])]);
}

/** The environment in which the service runs. */
export function serviceEnv(paths: Paths, env: Env): Env {
  const { HOME, USERPROFILE } = env;
  return { HOME, USERPROFILE, ...serviceVariables(paths, env) };
}

/** Which variables that are set here the service does not get, and what to do about it; one note for each kind. */
export function unseenVariables(env: Env): string[] {
  const settings = Object.entries(UNSEEN_VARIABLES).filter(([name]) => env[name]);
  const [names, keys] = [settings.map(([name]) => name).join(", "), settings.map(([, key]) => key).join(", ")];
  const proxies = PROXY_VARIABLES.filter((name) => env[name] && holdsCredentials(env[name])).join(", ");
  return [
    ...(names ? [`The service does not see ${names} of this shell. Set in the config what it is to use: ${keys}`] : []),
    ...(proxies ? [`The service does not get ${proxies}: it holds a password, which no file of a service may`] : []),
  ];
}

/** Also what cannot be told. */
function holdsCredentials(url: string | undefined): boolean {
  return url !== undefined && url.includes("@");
}

/** A line break would begin another setting of the file, and no supervisor takes the rest. @throws {CliError} */
export function refuseControls(text: string, what: string): string {
  // deno-lint-ignore no-control-regex
  if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  const shown = JSON.stringify(text);
  throw new CliError(`Cannot install the service: ${what} holds a line break or another control character: ${shown}`);
}
