/**
 * What the runner knows of the machine it runs on: which confinement works here, and what there is to hide. The first is
 * found out once, the second before each command, for a key that is made meanwhile is a key.
 */
import { allowedOf, COMMAND_VARIABLES } from "./command_env.ts";
import { confine, type Confinement, CONFINEMENTS, isSandbox, type Layout } from "./confinement.ts";
import type { RunnerSettings } from "./runner_frame.ts";
import { secretPlaces } from "../secret_places.ts";
import { parseSurvey, SURVEY_SCRIPT } from "./survey.ts";

export interface Machine {
  confinement: Confinement;
  /** The user's variables that commands may see. */
  userEnv: Readonly<Record<string, string>>;
  /** What the sandbox of the next command is made around. */
  layout(): Promise<Layout>;
}

/** How long a try of a confinement may take before it counts as failed. */
const PROBE_TIMEOUT_MS = 10_000;

export async function lookAround(settings: RunnerSettings): Promise<Machine> {
  const userEnv = allowedOf(Object.fromEntries(COMMAND_VARIABLES.map((name) => [name, Deno.env.get(name)])));
  const bare: Layout = { ...settings, hiddenFolders: [], hiddenFiles: [] };
  const none: Machine = { confinement: "none", userEnv, layout: () => Promise.resolve(bare) };
  if (Deno.build.os !== "linux") return none;
  for (const confinement of settings.confinement === "auto" ? CONFINEMENTS : [settings.confinement]) {
    const layout = () => isSandbox(confinement) ? survey(bare, settings.hidden, userEnv) : none.layout();
    const argv = confine(confinement, await layout(), settings.roots[0] ?? "/", ["sh", "-c", "true"]);
    if (await tryOut(argv, userEnv) !== null) return { confinement, userEnv, layout };
  }
  return none;
}

/** The layout with what there is to hide now. */
async function survey(bare: Layout, hidden: readonly string[], userEnv: Record<string, string>): Promise<Layout> {
  const { HOME } = userEnv;
  const secrets = HOME === undefined ? [] : secretPlaces(HOME);
  const found = await tryOut(["sh", "-c", SURVEY_SCRIPT, "sh", ...secrets, ...hidden], userEnv);
  if (found === null) throw new Error("cannot find out what the sandbox has to hide"); // rather than hide nothing
  const { folders, files } = parseSurvey(found);
  return { ...bare, hiddenFolders: folders, hiddenFiles: files };
}

/** What a program prints; `null` when it cannot be started, fails, or does not end. */
async function tryOut([program = "", ...args]: string[], env: Record<string, string>): Promise<string | null> {
  try {
    const command = new Deno.Command(program, {
      args,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return null;
    throw error;
  }
}
