/**
 * Looks for the instructions of a project, inside the host that reads the workspace: from the working folder up, to the
 * first folder that is a repository or the top of a root. What lies above the roots is not the session's to read.
 */
import { join } from "node:path";
import type { HostOperation } from "../tools/host/serve_host.ts";
import { FindInstructions, type FoundInstructions, INSTRUCTION_FILES } from "./instructions.ts";
import { MAX_INSTRUCTIONS_BYTES } from "./limits.ts";
import { findProjectFile, foldersUp, readBeginning } from "./project_file.ts";

/** The operation `findInstructions` of a host that may read the roots. */
export const findInstructions: HostOperation = async (args): Promise<FoundInstructions> => {
  const { cwd, roots, known } = FindInstructions.parse(args);
  for (const folder of await foldersUp(cwd, roots)) {
    for (const name of INSTRUCTION_FILES) {
      const file = await findProjectFile(join(folder, name), roots);
      if (!file) continue;
      const { path, mtimeMs, size } = file;
      const isKnown = known?.path === path && known.mtimeMs === mtimeMs && known.size === size;
      const version = { path, mtimeMs, size };
      return isKnown ? { version } : { version, text: await readBeginning(file, MAX_INSTRUCTIONS_BYTES) };
    }
  }
  return null;
};
