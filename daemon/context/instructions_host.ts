/**
 * Looks for the instructions of a project, inside the host that reads the workspace: from the working folder up, to the
 * first folder that is a repository or the top of a root. What lies above the roots is not the session's to read.
 */
import { dirname, join, relative, sep } from "node:path";
import type { HostOperation } from "../tools/host/serve_host.ts";
import { FindInstructions, type FoundInstructions, INSTRUCTION_FILES } from "./instructions.ts";
import { MAX_INSTRUCTIONS_BYTES } from "./limits.ts";

/** The operation `findInstructions` of a host that may read the roots. */
export const findInstructions: HostOperation = async (args): Promise<FoundInstructions> => {
  const { cwd, roots, known } = FindInstructions.parse(args);
  for (const folder of await foldersUp(cwd, roots)) {
    for (const name of INSTRUCTION_FILES) {
      const file = await find(join(folder, name), roots);
      if (!file) continue;
      const { path, mtimeMs, size } = file;
      const isKnown = known?.path === path && known.mtimeMs === mtimeMs && known.size === size;
      const version = { path, mtimeMs, size };
      return isKnown ? { version } : { version, text: await readBeginning(file) };
    }
  }
  return null;
};

/** From `cwd` up to the first repository, or as long as a root holds it. */
async function foldersUp(cwd: string, roots: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = cwd; isInside(folder, roots); folder = dirname(folder)) {
    folders.push(folder);
    if (await exists(join(folder, ".git")) || dirname(folder) === folder) break;
  }
  return folders;
}

interface InstructionFile {
  path: string;
  real: string;
  mtimeMs: number;
  size: number;
  ino: number | null;
}

/** `null` when there is none that this session may read: a link may lead to another file of the roots, and no further. */
async function find(path: string, roots: readonly string[]): Promise<InstructionFile | null> {
  try {
    const real = await Deno.realPath(path);
    if (!isInside(real, roots)) return null;
    const { isFile, mtime, size, ino } = await Deno.lstat(real);
    return isFile ? { path, real, mtimeMs: mtime?.getTime() ?? 0, size, ino } : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function readBeginning({ path, real, ino }: InstructionFile): Promise<string> {
  using file = await Deno.open(real);
  const opened = await file.stat();
  if (!opened.isFile || opened.ino !== ino) throw new Error(`${path} was replaced while it was opened`);
  const bytes = new Uint8Array(Math.min(opened.size, MAX_INSTRUCTIONS_BYTES));
  let length = 0;
  while (length < bytes.length) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  // The last character may have been cut in two.
  return new TextDecoder().decode(bytes.subarray(0, length), { stream: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Not there, or closed to this host: either way it is none that counts. */
function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotADirectory;
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way === "" ||
      (way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep) && !/^[A-Za-z]:/.test(way));
  });
}
