/** Which projects the user trusts: a file of the daemon's folder, for the user alone. The daemon reads it, and never writes it. */
import { MAX_TRUSTED, TRUST_FILE, TrustFile } from "../../protocol/project.ts";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { parseJson } from "../json/parse_json.ts";
import { ensureFolders, type Paths } from "../paths.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { whileLocked } from "../while_locked.ts";
import type { ProjectFile } from "./find_project.ts";

export type TrustDecision = TrustFile["projects"][number]["decision"];

/** What was decided about exactly this text at this place; `null` when nobody has decided. */
export async function trustOf(paths: Paths, { path, sha256 }: ProjectFile): Promise<TrustDecision | null> {
  const { projects } = await readTrust(paths);
  return projects.find((project) => project.path === path && project.sha256 === sha256)?.decision ?? null;
}

export async function rememberTrust(paths: Paths, project: ProjectFile, decision: TrustDecision): Promise<void> {
  const { path, sha256 } = project;
  await change(paths, (projects) => [...projects.filter((known) => known.path !== path), { path, sha256, decision }]);
}

/** @returns whether there was anything decided about it */
export async function forgetTrust(paths: Paths, path: string): Promise<boolean> {
  const isKnown = (await readTrust(paths)).projects.some((project) => project.path === path);
  if (isKnown) await change(paths, (projects) => projects.filter((project) => project.path !== path));
  return isKnown;
}

async function change(paths: Paths, by: (projects: TrustFile["projects"]) => TrustFile["projects"]): Promise<void> {
  await ensureFolders(paths);
  const path = join(paths.stateDir, TRUST_FILE);
  await whileLocked(path, async () => {
    const { projects } = await readTrust(paths);
    const file: TrustFile = { projects: by(projects).slice(-MAX_TRUSTED) };
    await writePrivateFile(path, JSON.stringify(file, null, 2) + "\n");
  });
}

async function readTrust({ stateDir }: Paths): Promise<TrustFile> {
  const path = join(stateDir, TRUST_FILE);
  const text = await readPrivateFile(path);
  if (text === null) return { projects: [] };
  const file = TrustFile.safeParse(parseJson(text));
  if (file.success) return file.data;
  throw new CliError(`Cannot read ${path}: it has another form. Remove it: no project is trusted then`);
}
