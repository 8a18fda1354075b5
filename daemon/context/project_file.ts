/**
 * Files that belong to a project, as a host that reads the workspace finds them: in the working folder or above it, no higher
 * than the repository, and never outside the roots.
 */
import { dirname, join, relative, sep } from "node:path";

/** From `cwd` up to the first repository, or as long as a root holds it. */
export async function foldersUp(cwd: string, roots: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = cwd; isInside(folder, roots); folder = dirname(folder)) {
    folders.push(folder);
    if (await exists(join(folder, ".git")) || dirname(folder) === folder) break;
  }
  return folders;
}

/** A file of the project, where it is and which version of it. */
export interface ProjectFile {
  path: string;
  real: string;
  mtimeMs: number;
  size: number;
  ino: number | null;
}

/** `null` when there is none that this session may read: a link may lead to another file of the roots, and no further. */
export async function findProjectFile(path: string, roots: readonly string[]): Promise<ProjectFile | null> {
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

/** At most so many bytes of it. */
export async function readBeginning({ path, real, ino }: ProjectFile, maxBytes: number): Promise<string> {
  using file = await Deno.open(real);
  const opened = await file.stat();
  if (!opened.isFile || opened.ino !== ino) throw new Error(`${path} was replaced while it was opened`);
  const bytes = new Uint8Array(Math.min(opened.size, maxBytes));
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
export function isAbsent(error: unknown): boolean {
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
