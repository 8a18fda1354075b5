/**
 * Starts the real daemon for a test: its own process, with the permissions that `opta daemon start` would give it, on a
 * free port, in a folder of its own. It ends with the test.
 */
import { StateFile, stateFiles } from "@opta/protocol";
import { setTimeout as delay } from "node:timers/promises";
import type { Launch } from "../../cli/daemon_control/launch_settings.ts";
import { DAEMON_ENTRY, daemonArgs, daemonEnv } from "../../cli/daemon_control/spawn.ts";

/** How long a start or a stop may take on a machine that is busy with other tests. */
const TIMEOUT_MS = 30_000;
const POLL_MS = 5;

export interface StartDaemonOptions {
  /** Base URL of a model server; without it the built-in demo answers. */
  modelUrl?: string;
  /** How to speak to `modelUrl`. */
  provider?: "auto" | "lmx" | "openai";
  model?: string;
  apiKey?: string;
  /** A folder that outlives this daemon, for a restart; a new one is made and removed otherwise. */
  stateDir?: string;
  ports?: number[];
  allowedOrigins?: string[];
  /** Milliseconds that the demo takes for a token; 0 unless given. */
  demoPaceMs?: number;
  /** Names the boot of the machine; daemons of one test are of one boot unless given. */
  bootId?: string;
}

export interface TestDaemon extends AsyncDisposable {
  baseUrl: string;
  token: string;
  pid: number;
  stateDir: string;
  state: StateFile;
  /** Sends a signal; `exited` tells what came of it. */
  kill(signal: Deno.Signal): void;
  exited: Promise<Deno.CommandStatus>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<Deno.CommandStatus>;
  /** What it wrote to standard error, once it has ended. */
  stderr(): Promise<string>;
  /** A request with the token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export async function startDaemon(options: StartDaemonOptions = {}): Promise<TestDaemon> {
  const stateDir = await Deno.realPath(options.stateDir ?? await Deno.makeTempDir({ prefix: "opta-daemon-" }));
  const child = spawnDaemon(options, stateDir);
  const stderr = new Response(child.stderr).text();
  const state = await publishedState(child, stateDir, stderr);
  const baseUrl = `http://${state.host}:${state.port}`;
  let hasEnded = false;
  const exited = child.status.finally(() => hasEnded = true);
  const stop = async () => {
    if (!hasEnded) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    try {
      return await exited;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    baseUrl,
    token: state.token,
    pid: child.pid,
    stateDir,
    state,
    kill: (signal) => child.kill(signal),
    exited,
    stop,
    stderr: () => stderr,
    fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${state.token}`);
      return fetch(baseUrl + path, { ...init, headers });
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await stderr;
      if (options.stateDir === undefined) await Deno.remove(stateDir, { recursive: true });
    },
  };
}

/** Runs the daemon with what `options` say, and does not wait for it. */
export function spawnDaemon(options: StartDaemonOptions, stateDir: string): Deno.ChildProcess {
  const { modelUrl, provider, model, apiKey, ports = [0], allowedOrigins = [], demoPaceMs = 0, bootId } = options;
  const launch: Launch = {
    settings: {
      host: "127.0.0.1",
      ports,
      modelServer: modelUrl === undefined ? { kind: "none" } : { kind: "url", url: modelUrl },
      provider: provider ?? (modelUrl === undefined ? "demo" : "auto"),
      model,
    },
    secrets: { apiKey },
  };
  const args = [
    ...daemonArgs(DAEMON_ENTRY, launch.settings, stateDir),
    ...allowedOrigins.map((origin) => `--allowed-origin=${origin}`),
    `--demo-pace=${demoPaceMs}`,
  ];
  return new Deno.Command(Deno.execPath(), {
    args,
    env: daemonEnv(launch, Deno.env.toObject(), bootId ?? "boot-of-the-test"),
    clearEnv: true,
    cwd: stateDir,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function publishedState(
  child: Deno.ChildProcess,
  stateDir: string,
  stderr: Promise<string>,
): Promise<StateFile> {
  const ended = child.status.then(({ code }) => code);
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const state = await readState(stateDir);
    if (state?.pid === child.pid) return state;
    const code = await Promise.race([ended, delay(POLL_MS, null)]);
    if (code !== null) throw new Error(`The daemon ended with exit code ${code}:\n${await stderr}`);
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`The daemon did not start within ${TIMEOUT_MS} ms:\n${await stderr}`);
    }
  }
}

/** `null` while there is none; it is written whole or not at all. */
async function readState(stateDir: string): Promise<StateFile | null> {
  try {
    return StateFile.parse(JSON.parse(await Deno.readTextFile(`${stateDir}/${stateFiles.state}`)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
