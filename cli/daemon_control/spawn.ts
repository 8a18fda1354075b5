/**
 * The child process that is the daemon: its command line, its environment, and where its standard error goes. It gets
 * a session of its own, so that neither a closed terminal nor a Ctrl-C there reaches it.
 */
import { DAEMON_VARIABLES, HOST_VARIABLES } from "@opta/protocol";
import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { noProxyWithLoopback } from "../no_proxy.ts";
import { type Env, lstatOrNull } from "../paths.ts";
import { readBootId } from "./boot_id.ts";
import type { Launch, LaunchSettings } from "./launch_settings.ts";
import { permissionFlags } from "./permissions.ts";

/** The module that is the daemon. */
export const DAEMON_ENTRY: string = fileURLToPath(new URL("../../daemon/main.ts", import.meta.url));

/**
 * What a child inherits: Deno's own cache and certificates, the proxy of the network, and what a platform needs to
 * start a process at all. Everything else stays here, tokens of other programs above all.
 */
const INHERITED_VARIABLES = [
  ...HOST_VARIABLES,
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_REGISTRY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
];

/** Kept between starts, so that what a crash has said can still be read; begun anew above this size in bytes. */
const MAX_STDERR_BYTES = 256 * 1024;

export interface DaemonExit {
  code: number | null;
  /** The code, the signal, or why it could not be started, for people. */
  reason: string;
}

export interface DaemonChild {
  pid: number;
  /** Resolves when it ends; never rejects. */
  exited: Promise<DaemonExit>;
}

export interface DaemonProcess extends DaemonChild {
  /** How it has ended; `null` while it lives. */
  exit(): DaemonExit | null;
  kill(): void;
  /** From now on this process may end before the child does. */
  release(): void;
  /** What it has written to standard error so far. */
  stderr(): Promise<string>;
}

/** What to run, and where. */
export interface DaemonProgram {
  /** `DAEMON_ENTRY`, unless a test brings its own. */
  entry: string;
  stateDir: string;
  launch: Launch;
  env: Env;
}

/** Starts a daemon that outlives this process. */
export async function spawnDaemon(program: DaemonProgram): Promise<DaemonProcess> {
  const stderrFile = join(program.stateDir, "daemon.stderr");
  const written = (await lstatOrNull(stderrFile))?.size ?? 0;
  const from = written > MAX_STDERR_BYTES ? 0 : written;
  const stderr = openSync(stderrFile, from === written ? "a" : "w", 0o600);
  try {
    const child = await launchChild(program, [], ["ignore", "ignore", stderr]);
    const readStderr = async () => new TextDecoder().decode((await Deno.readFile(stderrFile)).subarray(from));
    return { ...child, stderr: readStderr };
  } finally {
    closeSync(stderr);
  }
}

/** Starts a daemon that writes for people to this terminal. */
export async function spawnForeground(program: DaemonProgram): Promise<DaemonChild> {
  return await launchChild(program, ["--foreground"], ["ignore", "inherit", "inherit"]);
}

async function launchChild(
  program: DaemonProgram,
  extraArgs: string[],
  stdio: StdioOptions,
): Promise<Omit<DaemonProcess, "stderr">> {
  const stateDir = await Deno.realPath(program.stateDir); // permissions hold for real paths
  const args = [...daemonArgs(program.entry, program.launch.settings, stateDir), ...homeArg(stateDir), ...extraArgs];
  const env = daemonEnv(program.launch, program.env, await readBootId());
  const child = spawn(Deno.execPath(), args, { cwd: stateDir, detached: true, env, stdio });
  let exit: DaemonExit | null = null;
  const exited = new Promise<DaemonExit>((resolve) => {
    child.once("exit", (code, signal) => resolve(exit = { code, reason: signal ?? `exit code ${code}` }));
    child.once("error", (error) => resolve(exit = { code: null, reason: error.message }));
  });
  return {
    pid: child.pid ?? 0,
    exited,
    exit: () => exit,
    kill: () => void child.kill("SIGKILL"),
    release: () => child.unref(),
  };
}

/** A smaller nursery of V8 than its default: what the daemon makes is short-lived, and 30 MiB less stay resident under load. */
const YOUNG_GENERATION_MIB = 4;

/** The arguments of `deno` that run a daemon with no more permissions than it needs. */
export function daemonArgs(entry: string, settings: LaunchSettings, stateDir: string): string[] {
  return [
    "run",
    "--quiet",
    `--v8-flags=--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
    ...permissionFlags(settings, stateDir),
    entry,
    ...settingArgs(settings, stateDir),
  ];
}

/** Where the folders are as they usually are, Opta's own is the one around the daemon's. */
export function homeArg(stateDir: string): string[] {
  return basename(stateDir) === "daemon" ? [`--home=${dirname(stateDir)}`] : [];
}

/** The settings as the daemon reads them. */
export function settingArgs(settings: LaunchSettings, stateDir: string): string[] {
  const { modelServer: server } = settings;
  return [
    `--state-dir=${stateDir}`,
    `--host=${settings.host}`,
    `--ports=${settings.ports.join(",")}`,
    ...(server.kind === "host" ? [`--model-host=${server.host}`, `--model-port=${server.port}`] : []),
    ...(server.kind === "url" ? [`--base-url=${server.url}`] : []),
    `--provider=${settings.provider}`,
    ...optionalArg("--fallback", settings.fallback),
    ...optionalArg("--model", settings.model),
    ...optionalArg("--context-length", settings.contextLength),
    ...optionalArg("--max-tokens", settings.maxTokens),
    ...optionalArg("--anthropic-model", settings.anthropicModel),
    ...optionalArg("--anthropic-base-url", settings.anthropicBaseUrl),
    ...optionalArg("--connect-timeout-ms", settings.connectTimeoutMs),
    ...optionalArg("--first-token-timeout-ms", settings.firstTokenTimeoutMs),
    ...optionalArg("--token-timeout-ms", settings.tokenTimeoutMs),
    ...optionalArg("--turn-timeout-ms", settings.turnTimeoutMs),
    ...optionalArg("--max-sessions", settings.maxSessions),
    ...optionalArg("--permission-timeout-ms", settings.permissionTimeoutMs),
    ...optionalArg("--open-chat", settings.openChat),
    ...(settings.allowedOrigins ?? []).map((origin) => `--allowed-origin=${origin}`),
  ];
}

/** The whole environment of a daemon: the inherited allowlist, and its secrets, which must not stand in argv. */
export function daemonEnv({ secrets }: Launch, env: Env, bootId: string): Record<string, string> {
  const { HOME } = env;
  const user = HOME === undefined ? env : { ...env, HOME: realFolder(HOME) };
  const inherited = INHERITED_VARIABLES.map((name) => [name, user[name]] as const);
  const own: Record<(typeof DAEMON_VARIABLES)[number], string | undefined> = {
    OPTA_API_KEY: secrets.apiKey,
    OPTA_LMX_ADMIN_KEY: secrets.adminKey,
    ANTHROPIC_API_KEY: secrets.anthropicKey,
    OPTA_BOOT_ID: bootId,
  };
  const runtime = { NO_PROXY: noProxyWithLoopback(env), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const all = [...inherited, ...Object.entries(own), ...Object.entries(runtime)] as const;
  return Object.fromEntries(all.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]));
}

/** The tools of the daemon go by real paths, and it cannot look: by another name the keys in there would not be known. */
function realFolder(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

function optionalArg(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}
