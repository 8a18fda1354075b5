/**
 * The files of a folder, for completion: as ripgrep lists them, which knows what is ignored, or else by a walk that passes
 * over the usual heavy folders. Bounded, and given up when it takes too long or nobody waits any more.
 */
import { join, relative } from "node:path";

/** Files that are listed: more than anybody finds by typing a few letters. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 12;
const LIST_LIMIT_MS = 5_000;
/** Folders full of what nobody wrote. */
const HEAVY: ReadonlySet<string> = new Set(["node_modules", "target", "dist", "build", "vendor", "__pycache__"]);

/** Paths relative to the folder; what could not be read is left out. */
export async function listFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LIST_LIMIT_MS)]);
  return await listByRipgrep(folder, stop) ?? await listByWalk(folder, stop);
}

/** `null` when there is no ripgrep, or it does not work here. */
async function listByRipgrep(folder: string, signal: AbortSignal): Promise<string[] | null> {
  try {
    const rg = new Deno.Command("rg", {
      args: ["--files", "--hidden", "--glob", "!.git", "--sort", "path"],
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal,
    }).spawn();
    const files: string[] = [];
    let rest = "";
    for await (const text of rg.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      files.push(...lines);
      if (files.length >= MAX_FILES) break; // it ends by itself when nobody reads
    }
    const { code } = await rg.status;
    return files.length > 0 || code <= 1 ? files.slice(0, MAX_FILES) : null;
  } catch {
    return null; // the walk tries, and says nothing either: completion is a convenience
  }
}

export async function listByWalk(folder: string, signal: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  const folders = [{ path: folder, depth: 0 }];
  for (let next = folders.shift(); next && files.length < MAX_FILES && !signal.aborted; next = folders.shift()) {
    const { path, depth } = next;
    try {
      for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
        if (isFile) files.push(relative(folder, join(path, name)));
        else if (isDirectory && depth < MAX_DEPTH && name !== ".git" && !HEAVY.has(name)) {
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
