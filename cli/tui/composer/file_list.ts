/**
 * The files of a folder, for completion: as ripgrep or git list them, which know what is ignored, or else by a walk that
 * passes over the usual heavy folders. Bounded, and given up when it takes too long or nobody waits any more.
 */
import { join, relative } from "node:path";
import { sanitize } from "../../output/sanitize.ts";

/** Files that are listed: more than anybody finds by typing a few letters. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 12;
/** Folders that are looked into: those of a home folder would take minutes. */
const MAX_FOLDERS = 5_000;
const LIST_LIMIT_MS = 5_000;
/** Longest output in UTF-16 units without the end of a name: no path is as long. */
const MAX_NAME_LENGTH = 64 * 1024;
/** Folders full of what nobody wrote. */
const HEAVY: ReadonlySet<string> = new Set(["node_modules", "target", "dist", "build", "vendor", "__pycache__"]);

/** Programs that list files with a NUL after each, the first that can. Neither reads what would have it run something. */
const listers: readonly (readonly [command: string, ...args: string[]])[] = [
  ["rg", "--no-config", "--files", "--hidden", "--glob", "!.git", "--null"],
  [
    "git",
    "-c",
    "core.fsmonitor=false",
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--deduplicate",
  ],
];

/** Paths relative to the folder, in order; what cannot be read, or not be written in a message, is left out. */
export async function listFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LIST_LIMIT_MS)]);
  for (const lister of listers) {
    const files = await listBy(lister, folder, stop);
    if (files) return files;
  }
  return await listByWalk(folder, stop);
}

/** `null` when the program is not there, or does not work here. */
export async function listBy(
  [command, ...args]: readonly [command: string, ...args: string[]],
  folder: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  if (signal.aborted) return null; // a process that is started with it would run on
  const files: string[] = [];
  const enough = new AbortController();
  try {
    const lister = new Deno.Command(command, {
      args,
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.any([signal, enough.signal]),
    }).spawn();
    let rest = "";
    for await (const text of lister.stdout.pipeThrough(new TextDecoderStream())) {
      const names = (rest + text).split("\0");
      rest = names.pop()!.slice(0, MAX_NAME_LENGTH);
      for (const name of names) if (isWritable(name)) files.push(name);
      if (files.length >= MAX_FILES) break;
    }
    const hasEnough = files.length >= MAX_FILES;
    if (hasEnough) enough.abort();
    const { success } = await lister.status;
    // What ripgrep could not read makes it fail, and the rest is there all the same.
    return success || hasEnough || files.length > 0 ? files.slice(0, MAX_FILES).sort() : null;
  } catch {
    return null; // the next one tries, and says nothing either: completion is a convenience
  }
}

export async function listByWalk(folder: string, signal: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  const folders = [{ path: folder, depth: 0 }];
  for (let i = 0; i < folders.length && files.length < MAX_FILES && !signal.aborted; i++) {
    const { path, depth } = folders[i]!;
    try {
      for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
        if (isFile && isWritable(name)) files.push(relative(folder, join(path, name)));
        else if (
          isDirectory && depth < MAX_DEPTH && folders.length < MAX_FOLDERS && name !== ".git" && !HEAVY.has(name)
        ) {
          folders.push({ path: join(path, name), depth: depth + 1 });
        }
        if (files.length >= MAX_FILES || signal.aborted) break;
      }
    } catch {
      continue; // a folder that may not be read has nothing to offer
    }
  }
  return files.sort();
}

/** A name with control characters would do something to the terminal, and none without them is the file's. */
function isWritable(name: string): boolean {
  return name !== "" && !/[\n\t]/.test(name) && sanitize(name) === name;
}
