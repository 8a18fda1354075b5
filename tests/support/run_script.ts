/**
 * A shell script as a user has it: `opta` on its PATH, a home folder of its own, no terminal. Whatever daemon it has
 * started ends with it.
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { type Outcome, outcomeOf } from "./opta.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** Far more than any script takes, also on a busy machine. */
const LIMIT_MS = 120_000;

/** Deno's own cache, which a script with another home folder would not find. */
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/**
 * Runs the script to its end.
 *
 * @param env what is set beside the home; the model is the demo unless it says otherwise
 * @throws when the script fails, or takes too long, with all that it has said
 */
export async function runScript(path: string, env: Record<string, string> = {}): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "opta-script-" });
  try {
    const all = await layOut(folder, env);
    let outcome: Outcome & { isLate: boolean };
    let stopped: Outcome;
    try {
      outcome = await runToEnd(path, all);
    } finally {
      stopped = await outcomeOf(spawn([join(folder, "bin", "opta"), "daemon", "stop"], all));
    }
    if (outcome.code !== 0 || outcome.isLate) throw new Error(describe(path, outcome));
    if (stopped.code !== 0) throw new Error(`The daemon could not be stopped: ${stopped.stderr}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes the folders and the command, and gives the environment in which they are found. */
async function layOut(folder: string, env: Record<string, string>): Promise<Record<string, string>> {
  const [bin, home, temp] = ["bin", "home", "tmp"].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [bin, home, temp]) await Deno.mkdir(path);
  // The cache is named here, for a script may start the command with an environment that is all but empty.
  const command = `#!/bin/sh
export DENO_DIR='${await denoDir()}'
exec '${Deno.execPath()}' run -A --quiet '${main}' "$@"
`;
  await Deno.writeTextFile(join(bin, "opta"), command, { mode: 0o755 });
  const model: Record<string, string> = "OPTA_HOST" in env ? {} : { OPTA_PROVIDER: "demo" };
  return {
    PATH: `${bin}:${Deno.env.get("PATH")}`,
    HOME: home,
    TMPDIR: temp,
    LANG: "C.UTF-8",
    OPTA_HOME: join(home, ".config", "opta"), // where a script looks that goes by HOME alone
    OPTA_DAEMON_PORT: "0",
    ...model,
    ...env,
  };
}

async function runToEnd(path: string, env: Record<string, string>): Promise<Outcome & { isLate: boolean }> {
  const child = spawn(["bash", path], env);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    Deno.kill(-child.pid, "SIGKILL"); // with everything that it has started and that has not left its group
  }, LIMIT_MS);
  try {
    return { ...await outcomeOf(child), isLate };
  } finally {
    clearTimeout(timer);
  }
}

/** In a group of its own, which can be ended as a whole. */
function spawn([command, ...args]: [string, ...string[]], env: Record<string, string>): Deno.ChildProcess {
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  return new Deno.Command(command, { args, env, clearEnv: true, detached: true, ...streams }).spawn();
}

function describe(path: string, { code, stdout, stderr, isLate }: Outcome & { isLate: boolean }): string {
  const how = isLate ? `did not end within ${LIMIT_MS} ms` : `ended with exit code ${code}`;
  return `${path} ${how}\n--- standard output\n${stdout}\n--- standard error\n${stderr}`;
}
