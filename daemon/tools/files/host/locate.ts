/**
 * Where a path really leads, and whether it may: the first wall around the workspace. Every path goes through here before
 * anything is opened, and `verify()` looks again at what was opened.
 *
 * Deno has neither `openat` nor O_NOFOLLOW, so a folder may be swapped for a symlink between the look and the opening. What
 * was opened is therefore compared, by device and inode, with what stands at the real path afterwards, several times: a
 * swap would have to be made back and forth between each two of these looks, which take some microseconds each.
 */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isWithin } from "../../is_within.ts";
import type { Scope } from "../scope.ts";
import { explain, OUTSIDE, Refusal } from "./refusal.ts";

export interface Place {
  /** Without symlinks. */
  real: string;
  /** For people and the model: from the working folder where it lies in it. */
  shown: string;
  /** `null` when nothing is there. */
  info: Deno.FileInfo | null;
  /** The path that was asked for is a symlink itself. */
  isLink: boolean;
}

/** Looks at what was opened. */
const ROUNDS = 8;

/** @throws {Refusal} when it leads out of the scope */
export async function locate(scope: Scope, path: string): Promise<Place> {
  if (path.includes("\0")) throw new Refusal("A path cannot hold a NUL character");
  const absolute = resolve(scope.cwd, path);
  try {
    assertOpen(scope, absolute, path);
    const { real, info } = await resolveReal(absolute);
    assertOpen(scope, real, path);
    if (!isInRoots(scope, real)) throw new Refusal(`${path} ${OUTSIDE} (${scope.roots.join(", ")})`);
    return { real, shown: shownPath(scope, real), info, isLink: real !== absolute && await isLink(absolute) };
  } catch (error) {
    throw explain(error, path);
  }
}

/** The path as people see it. */
export function shownPath({ cwd }: Scope, real: string): string {
  const path = isWithin(real, cwd) ? relative(cwd, real) || "." : real;
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

export function isInRoots({ roots }: Scope, real: string): boolean {
  return roots.some((root) => isWithin(real, root));
}

/** Closed whatever the case of its letters: some disks do not tell them apart. */
export function isDenied({ denied }: Scope, path: string): boolean {
  const lower = path.toLowerCase();
  return denied.some((place) => isWithin(lower, place.toLowerCase()));
}

/** @throws {Refusal} when what was opened is not what stands at its real path inside the workspace */
export function verify(scope: Scope, { real, shown }: Pick<Place, "real" | "shown">, opened: Deno.FileInfo): void {
  for (let round = 0; round < ROUNDS; round++) {
    try {
      if (Deno.realPathSync(real) === real && isSame(Deno.lstatSync(real), opened)) continue;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw explain(error, shown);
    }
    throw new Refusal(`${shown} was moved while it was opened`);
  }
  assertOpen(scope, real, shown);
}

/** The same file; where a system has no inodes, a file that looks the same in every respect. */
export function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  if (a.ino !== null && b.ino !== null) return a.ino === b.ino && a.dev === b.dev;
  return a.isFile === b.isFile && a.size === b.size && a.mtime?.getTime() === b.mtime?.getTime() &&
    a.birthtime?.getTime() === b.birthtime?.getTime();
}

function assertOpen(scope: Scope, path: string, given: string): void {
  if (isDenied(scope, path)) {
    throw new Refusal(`${given} is closed to tools: keys, passwords or Opta's own files lie there`);
  }
}

/** Of a path that does not exist: the real path of what does, and the rest of it. */
async function resolveReal(path: string): Promise<{ real: string; info: Deno.FileInfo | null }> {
  try {
    const real = await Deno.realPath(path);
    return { real, info: await Deno.lstat(real) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (await isLink(path)) throw new Refusal(`${path} is a symlink that leads nowhere`);
  const parent = dirname(path);
  if (parent === path) throw new Deno.errors.NotFound();
  const { real, info } = await resolveReal(parent);
  if (info && !info.isDirectory) throw new Deno.errors.NotADirectory();
  return { real: join(real, basename(path)), info: null };
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
