/** What lies in a folder. */
import { join } from "node:path";
import { MAX_LISTED_ENTRIES, MAX_TEXT_LENGTH } from "../limits.ts";
import type { OperationResult } from "../operations.ts";
import type { Scope } from "../scope.ts";
import { isDenied, locate } from "./locate.ts";
import { explain, Refusal } from "./refusal.ts";

/** Sorted by name; folders end with a slash. */
export async function listFolder(scope: Scope, path: string): Promise<OperationResult<"listFolder">> {
  const { real, shown, info } = await locate(scope, path);
  if (!info) throw new Refusal(`There is no folder ${shown}`);
  if (!info.isDirectory) throw new Refusal(`${shown} is a file: use read_file`);
  try {
    const entries = await Array.fromAsync(Deno.readDir(real));
    if (await Deno.realPath(real) !== real) throw new Refusal(`${shown} was moved while it was read`);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const lines: string[] = [];
    let length = 0;
    for (const entry of entries.slice(0, MAX_LISTED_ENTRIES)) {
      const line = await lineOf(scope, join(real, entry.name), entry);
      length += line.length + 1;
      if (length > MAX_TEXT_LENGTH) break;
      lines.push(line);
    }
    const isPartial = lines.length < entries.length;
    const note = entries.length === 0
      ? ["[The folder is empty]"]
      : isPartial
      ? [`[The first ${lines.length} of ${entries.length} entries; find_files looks for certain ones]`]
      : [];
    return { text: [...lines, ...note].join("\n"), truncated: isPartial };
  } catch (error) {
    throw explain(error, shown);
  }
}

async function lineOf(scope: Scope, path: string, { name, isDirectory, isSymlink }: Deno.DirEntry): Promise<string> {
  if (isDenied(scope, path)) return `${name}  (closed to tools)`;
  if (isDirectory) return `${name}/`;
  if (isSymlink) return `${name}  (symlink)`;
  try {
    return `${name}  ${sizeText((await Deno.lstat(path)).size)}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${name}  (gone)`;
    throw error;
  }
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
