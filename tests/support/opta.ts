/** The `opta` command as a user has it: a home folder of its own, and whatever daemon was started there ends with it. */
import { fileURLToPath } from "node:url";
import { TestTerminal } from "./test_terminal.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const args = ["run", "-A", "--quiet", main];
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const taskArgs = ["task", "--quiet", "--config", config, "opta"];

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export class Opta implements AsyncDisposable {
  readonly home: string;
  /** The folder in which commands are typed: the test's own unless it says otherwise. */
  cwd?: string;
  /** What is set for the command, beside what it inherits. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(home: string, env: Record<string, string>) {
    this.home = home;
    this.env = { OPTA_HOME: home, ...env };
  }

  /**
   * @param env what is set beside the home; the model is the demo unless it says otherwise
   * @param port the daemon's, any free one unless given
   */
  static async create(env: Record<string, string> = {}, port = 0): Promise<Opta> {
    const home = await Deno.makeTempDir({ prefix: "opta-home-" });
    const model: Record<string, string> = "OPTA_HOST" in env ? {} : { OPTA_PROVIDER: "demo" };
    return new Opta(home, { ...model, ...env, OPTA_DAEMON_PORT: String(port) });
  }

  /** Starts the command and leaves its pipes to the caller. */
  spawn(words: string[], stdin: "piped" | "null" = "null"): Deno.ChildProcess {
    const command = new Deno.Command(Deno.execPath(), {
      args: [...args, ...words],
      env: this.env,
      cwd: this.cwd,
      stdin,
      stdout: "piped",
      stderr: "piped",
    });
    return command.spawn();
  }

  /** Runs the command to its end. */
  async run(words: string[], input?: string): Promise<Outcome> {
    const child = this.spawn(words, input === undefined ? "null" : "piped");
    if (input !== undefined) await new Blob([input]).stream().pipeTo(child.stdin);
    return await outcomeOf(child);
  }

  /** Runs the command in a terminal. */
  terminal(words: string[], { env = {}, asTask = false, ...size }: TerminalSettings = {}): TestTerminal {
    const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
    const all = { PATH, HOME, ...(DENO_DIR && { DENO_DIR }), ...this.env, ...env };
    return new TestTerminal({
      command: Deno.execPath(),
      args: [...(asTask ? taskArgs : args), ...words],
      env: all,
      cwd: this.cwd,
      ...size,
    });
  }

  /** Runs `script` in a terminal; `$0` is this file name, and `"$@"` the command. */
  shell(script: string, name: string, words: string[]): TestTerminal {
    const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
    return new TestTerminal({
      command: "/bin/sh",
      args: ["-c", script, name, Deno.execPath(), ...args, ...words],
      env: { PATH, HOME, ...(DENO_DIR && { DENO_DIR }), ...this.env },
      columns: 160,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { code, stderr } = await this.run(["daemon", "stop"]);
    await Deno.remove(this.home, { recursive: true });
    if (code !== 0) throw new Error(`The daemon could not be stopped: ${stderr}`);
  }
}

export interface TerminalSettings {
  env?: Record<string, string>;
  /** Run as the README has it: by `deno task opta`. */
  asTask?: boolean;
  columns?: number;
  rows?: number;
}

/** What a child has written, and how it ended. */
export async function outcomeOf(
  child: Pick<Deno.ChildProcess, "status"> & Record<"stdout" | "stderr", ReadableStream<Uint8Array>>,
): Promise<Outcome> {
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, stdout, stderr };
}
