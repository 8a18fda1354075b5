/** Starts a fake model server in a process of its own, and is its remote control. */
import type { z } from "zod";
import type { FakeModelOptions } from "./fake_model.ts";
import type { ScriptRule } from "./fake_script.ts";
import type { Stats } from "./fake_stats.ts";

export interface FakeModel extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `http://host:port` */
  readonly url: string;
  /** Adds a rule; the newest one that fits a request serves it. */
  script(rule: ScriptRule): Promise<void>;
  /** Changes what the server is; what is left out stays. */
  configure(options: z.input<typeof FakeModelOptions>): Promise<void>;
  /** Lets held work of LMX's admin API go on. */
  lmx(control: { downloaded?: number; error?: string; release?: number }): Promise<void>;
  /** Lets held steps pass, of one request or of all that run. */
  step(count?: number, request?: number): Promise<void>;
  stats(): Promise<Stats>;
  /** The statistics as soon as they are as wanted. Fails after a time, saying what they were. */
  waitFor(isWanted: (stats: Stats) => boolean, limitMs?: number): Promise<Stats>;
  /** Ends the process at once, without closing anything first. */
  kill(): Promise<void>;
}

/** How long a test waits before it has failed: far more than anything here takes, also on a busy machine. */
const WAIT_LIMIT_MS = 10_000;

export async function startFakeModel(
  options: z.input<typeof FakeModelOptions> & { port?: number } = {},
): Promise<FakeModel> {
  const main = new URL("fake_model_main.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    // Else `request.signal` aborts on success too.
    args: [
      "run",
      "-q",
      "--no-prompt",
      "--unstable-no-legacy-abort",
      "--allow-net=127.0.0.1",
      main.href,
      JSON.stringify(options),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const port = await readPort(child.stdout);
  const url = `http://127.0.0.1:${port}`;

  async function post(path: string, body: unknown): Promise<void> {
    const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`The fake model server refused ${path}: ${text}`);
  }

  async function newerThan(version: number, signal?: AbortSignal): Promise<Stats> {
    const response = await fetch(`${url}/_control/stats?newerThan=${version}`, { signal });
    return await response.json();
  }

  return {
    host: "127.0.0.1",
    port,
    url,
    script: (rule) => post("/_control/script", rule),
    configure: (changes) => post("/_control/options", changes),
    lmx: (control) => post("/_control/lmx", control),
    step: (count = 1, request) => post("/_control/step", { count, request }),
    stats: () => newerThan(-1),
    async waitFor(isWanted, limitMs = WAIT_LIMIT_MS) {
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), limitMs);
      let stats = await newerThan(-1);
      try {
        while (!isWanted(stats)) stats = await newerThan(stats.version, limit.signal);
        return stats;
      } catch (cause) {
        throw new Error(`Waited in vain: the fake model server has ${JSON.stringify(stats, null, 2)}`, { cause });
      } finally {
        clearTimeout(timer);
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await child.status;
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.close().catch(() => {}); // it may have been killed
      await child.status;
    },
  };
}

/** Reads the first line, and leaves the rest of the output unread: there is none. */
async function readPort(stdout: ReadableStream<Uint8Array>): Promise<number> {
  let text = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) return (JSON.parse(text) as { port: number }).port;
  }
  throw new Error("The fake model server ended before it listened");
}
