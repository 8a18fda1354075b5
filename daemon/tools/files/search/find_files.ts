/** Finds files by their paths. */
import { relative, sep } from "node:path";
import { locate, shownPath } from "../host/locate.ts";
import { Refusal } from "../host/refusal.ts";
import { MAX_TEXT_LENGTH } from "../limits.ts";
import type { OperationArgs, OperationResult } from "../operations.ts";
import type { Scope } from "../scope.ts";
import { IgnoreTree } from "./ignore_tree.ts";
import { compilePathGlob, namesHidden } from "./path_glob.ts";
import { walk } from "./walk.ts";

/** Newest first. */
export async function findFiles(
  scope: Scope,
  { pattern, path, limit, includeIgnored }: OperationArgs<"findFiles">,
  signal: AbortSignal,
): Promise<OperationResult<"findFiles">> {
  const { real, shown, info } = await locate(scope, path);
  if (!info?.isDirectory) throw new Refusal(`There is no folder ${shown}`);
  const glob = compilePathGlob(pattern);
  const includeHidden = includeIgnored || namesHidden(pattern);
  const { files, isPartial } = walk(scope, real, {
    includeHidden,
    includeIgnored,
    ignored: new IgnoreTree(scope, real),
    signal,
  });
  const found: { file: string; changedAt: number }[] = [];
  for await (const file of files) {
    if (glob(relative(real, file).split(sep))) found.push({ file, changedAt: await changedAt(file) });
  }
  found.sort((a, b) => b.changedAt - a.changedAt); // stable: files of the same time stay in the order of their paths
  const lines = withinLength(found.slice(0, limit).map(({ file }) => shownPath(scope, file)));
  return {
    text: [...lines, `[${summary(found.length, lines.length, isPartial())}]`].join("\n"),
    truncated: isPartial() || lines.length < found.length,
  };
}

function summary(found: number, given: number, isPartial: boolean): string {
  const count = `${found === 0 ? "No" : found} ${found === 1 ? "file" : "files"}`;
  const rest = given < found ? `; the newest ${given} are shown` : "";
  return count + rest + (isPartial ? "; not all folders were looked at: give a narrower path" : "");
}

function withinLength(lines: readonly string[]): string[] {
  let length = 0;
  return lines.filter((line) => (length += line.length + 1) <= MAX_TEXT_LENGTH);
}

async function changedAt(file: string): Promise<number> {
  try {
    return (await Deno.lstat(file)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0; // gone since
    throw error;
  }
}
