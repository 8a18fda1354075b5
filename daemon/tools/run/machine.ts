/**
 * What the runner knows of the machine it runs on: which confinement works here, and what there is to hide. Looked at once,
 * when the first command wants it.
 */
import { allowedOf, COMMAND_VARIABLES } from "./command_env.ts";
import { confine, type Confinement, CONFINEMENTS, type Layout } from "./confinement.ts";
import type { RunnerSettings } from "./runner_frame.ts";
import { parseSurvey, SECRET_PLACES, SURVEY_SCRIPT } from "./secret_places.ts";

export interface Machine {
  confinement: Confinement;
  layout: Layout;
  /** The user's variables that commands may see. */
  userEnv: Readonly<Record<string, string>>;
}

/** How long a try of a confinement may take before it counts as failed. */
const PROBE_TIMEOUT_MS = 10_000;

export async function lookAround(settings: RunnerSettings): Promise<Machine> {
  const { roots, tempDir, network, hidden } = settings;
  const userEnv = allowedOf(Object.fromEntries(COMMAND_VARIABLES.map((name) => [name, Deno.env.get(name)])));
  const isLinux = Deno.build.os === "linux";
  const base = { roots, tempDir, network, stateDir: settings.stateDir };
  const none: Layout = { ...base, hiddenFolders: [], hiddenFiles: [] };
  if (!isLinux || settings.confinement === "none") return { confinement: "none", layout: none, userEnv };

  const home = userEnv.HOME;
  const secrets = home === undefined ? [] : SECRET_PLACES.map((place) => `${home}/${place}`);
  const survey = await tryOut(["sh", "-c", SURVEY_SCRIPT, "sh", ...secrets, ...hidden], userEnv);
  const { folders, files } = parseSurvey(survey ?? "");
  const layout: Layout = { ...base, hiddenFolders: folders, hiddenFiles: files };
  const candidates = settings.confinement === "auto" ? CONFINEMENTS : [settings.confinement];
  for (const confinement of candidates) {
    const argv = confine(confinement, layout, roots[0] ?? "/", ["sh", "-c", "true"]);
    if (await tryOut(argv, userEnv) !== null) return { confinement, layout, userEnv };
  }
  return { confinement: "none", layout, userEnv };
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
