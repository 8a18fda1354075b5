/**
 * Starts the real daemon for a test: its own process, with the permissions that `opta daemon start` would give it, on a
 * free port, in a folder of its own. It ends with the test.
 */
import { StateFile, stateFiles } from "@opta/protocol";
import type { EndpointSource } from "@opta/protocol/client";
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
  /** Variables that differ from those of the test, such as another HOME. */
  env?: Record<string, string>;
}

export async function startDaemon(options: StartDaemonOptions = {}): Promise<TestDaemon> {
  const stateDir = await Deno.realPath(options.stateDir ?? await Deno.makeTempDir({ prefix: "opta-daemon-" }));
  return new TestDaemon(options, stateDir, await startProcess(options, stateDir));
}

/** A daemon of a test, through its restarts. */
export class TestDaemon implements AsyncDisposable {
  readonly stateDir: string;
  readonly #options: StartDaemonOptions;
  #process: DaemonProcess;

  constructor(options: StartDaemonOptions, stateDir: string, process: DaemonProcess) {
    this.#options = options;
    this.stateDir = stateDir;
    this.#process = process;
  }

  get state(): StateFile {
    return this.#process.state;
  }

  get baseUrl(): string {
    return `http://${this.state.host}:${this.state.port}`;
  }

  get token(): string {
    return this.state.token;
  }

  get pid(): number {
    return this.state.pid;
  }

  /** Where it is now, for the client library. */
  readonly endpoint: EndpointSource = () => Promise.resolve({ baseUrl: this.baseUrl, token: this.token });

  /** How it ended. */
  get exited(): Promise<Deno.CommandStatus> {
    return this.#process.child.status;
  }

  /** Sends a signal and does not wait. */
  signal(signal: Deno.Signal): void {
    this.#process.child.kill(signal);
  }

  /** Sends a signal that ends it, and waits until it has ended. */
  async kill(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    this.signal(signal);
    return await this.exited;
  }

  /** Asks it to end unless it has, and waits until then; by force when it does not. */
  async stop(): Promise<Deno.CommandStatus> {
    const { child, hasEnded } = this.#process;
    if (!hasEnded()) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    try {
      return await child.status;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts another one on the same folder; on another port, with another token. */
  async restart(): Promise<void> {
    await this.stop();
    this.#process = await startProcess(this.#options, this.stateDir);
  }

  /** What it has written to standard error; waits until it has ended. */
  stderr(): Promise<string> {
    return this.#process.stderr;
  }

  /** A request with the token. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.token}`);
    return fetch(this.baseUrl + path, { ...init, headers });
  }

  /** A POST of JSON with the token. */
  post(path: string, body: unknown): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return this.fetch(path, { method: "POST", body: JSON.stringify(body), headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.stderr();
    if (this.#options.stateDir === undefined) await Deno.remove(this.stateDir, { recursive: true });
  }
}

interface DaemonProcess {
  child: Deno.ChildProcess;
  hasEnded(): boolean;
  stderr: Promise<string>;
  state: StateFile;
}

async function startProcess(options: StartDaemonOptions, stateDir: string): Promise<DaemonProcess> {
  const child = spawnDaemon(options, stateDir);
  const stderr = new Response(child.stderr).text();
  let ended = false;
  child.status.then(() => ended = true);
  return { child, hasEnded: () => ended, stderr, state: await publishedState(child, stateDir, stderr) };
}

/** Runs the daemon with what `options` say, and does not wait for it. */
export function spawnDaemon(options: StartDaemonOptions, stateDir: string): Deno.ChildProcess {
  const { modelUrl, provider, model, apiKey, ports = [0], allowedOrigins = [], demoPaceMs = 0, bootId, env } = options;
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
    env: daemonEnv(launch, { ...Deno.env.toObject(), ...env }, bootId ?? "boot-of-the-test"),
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
