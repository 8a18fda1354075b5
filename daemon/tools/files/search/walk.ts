/** The files below a folder, in the order of their paths. Symlinks are not followed. */
import { join, sep } from "node:path";
import { isDenied } from "../host/locate.ts";
import { MAX_WALKED_ENTRIES } from "../limits.ts";
import type { Scope } from "../scope.ts";
import type { IgnoreTree } from "./ignore_tree.ts";

export interface WalkOptions {
  /** Hidden names, too; never `.git`. */
  includeHidden: boolean;
  /** What .gitignore leaves out, too, and `node_modules`. */
  includeIgnored: boolean;
  ignored: IgnoreTree;
  signal: AbortSignal;
}

export interface Walk {
  /** Real paths. */
  files: AsyncGenerator<string, void>;
  /** Not all was looked at. */
  isPartial(): boolean;
}

export function walk(scope: Scope, start: string, options: WalkOptions): Walk {
  let left = MAX_WALKED_ENTRIES;
  async function* filesIn(folder: string): AsyncGenerator<string, void> {
    for (const { name, isDirectory, isFile } of await entriesOf(folder)) {
      options.signal.throwIfAborted();
      if (left <= 0) return;
      left--;
      if (!isDirectory && !isFile) continue;
      const path = join(folder, name);
      if (await isSkipped(scope, path, name, isDirectory, options)) continue;
      if (isDirectory) yield* filesIn(path);
      else yield path;
    }
  }
  return { files: filesIn(start), isPartial: () => left <= 0 };
}

/** Whether a file that something else has found would be walked to. */
export async function isWalked(scope: Scope, start: string, file: string, options: WalkOptions): Promise<boolean> {
  const names = file.slice(start.length).split(sep).filter((name) => name !== "");
  let path = start;
  for (const [i, name] of names.entries()) {
    path = join(path, name);
    if (await isSkipped(scope, path, name, i < names.length - 1, options)) return false;
  }
  return true;
}

/** The order in which `walk()` comes to the files. */
export function byPath(a: string, b: string): number {
  const [left, right] = [a.split(sep), b.split(sep)];
  for (let i = 0;; i++) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return left.length - right.length;
    if (x !== y) return x < y ? -1 : 1;
  }
}

async function isSkipped(
  scope: Scope,
  path: string,
  name: string,
  isFolder: boolean,
  { includeHidden, includeIgnored, ignored }: WalkOptions,
): Promise<boolean> {
  if (name === ".git" || (!includeHidden && name.startsWith(".")) || isDenied(scope, path)) return true;
  if (includeIgnored) return false;
  return (isFolder && name === "node_modules") || await ignored.ignores(path, isFolder);
}

/** Sorted. Of a folder that cannot be read, or is reached through a symlink by now, nothing. */
async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    if (Deno.realPathSync(folder) !== folder) return [];
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && error.name in Deno.errors) return [];
    throw error;
  }
}
