/** Reads the permission rules of a project, inside the host that reads the workspace. */
import { join } from "node:path";
import { findProjectFile, foldersUp, readBeginning } from "../context/project_file.ts";
import type { HostOperation } from "../tools/host/serve_host.ts";
import { FindProjectRules, MAX_PROJECT_FILE_BYTES, PROJECT_FILE } from "./project_rules.ts";

/** The operation `findProjectRules`: the text of the nearest file, or `null`. */
export const findProjectRules: HostOperation = async (args): Promise<string | null> => {
  const { cwd, roots } = FindProjectRules.parse(args);
  for (const folder of await foldersUp(cwd, roots)) {
    const file = await findProjectFile(join(folder, PROJECT_FILE), roots);
    if (file) return await readBeginning(file, MAX_PROJECT_FILE_BYTES);
  }
  return null;
};
