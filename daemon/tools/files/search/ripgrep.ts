/**
 * Asks ripgrep which files hold a pattern: it reads a large tree many times faster. It is not confined as its host is, so
 * nothing that it says is passed on: the files are opened again by real path, and their lines are matched here.
 */
import { join } from "node:path";
import { MAX_FILE_BYTES } from "../limits.ts";
import type { SearchPattern } from "./search_pattern.ts";

/** Names of files in bytes: beyond it the pattern is in nearly everything, and a walk finds enough at once. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

export interface RipgrepOptions {
  includeHidden: boolean;
  includeIgnored: boolean;
  signal: AbortSignal;
}

export function canRunRipgrep(): boolean {
  return Deno.permissions.querySync({ name: "run", command: "rg" }).state === "granted";
}

/** Real paths below the folder, in no order; `null` when it could not say all of them. */
export async function ripgrepFiles(
  folder: string,
  { forRipgrep, ignoreCase }: SearchPattern,
  { includeHidden, includeIgnored, signal }: RipgrepOptions,
): Promise<string[] | null> {
  if (forRipgrep === null) return null;
  const args = [
    "--files-with-matches",
    "--null",
    "--no-config",
    "--no-messages",
    "--color=never",
    `--max-filesize=${MAX_FILE_BYTES}`,
    // Of all that it may ignore only the .gitignore files below the folder, also where there is no repository.
    "--no-ignore-dot",
    "--no-ignore-exclude",
    "--no-ignore-global",
    "--no-ignore-parent",
    "--no-require-git",
    ...(includeHidden ? ["--hidden", "--glob=!.git"] : []),
    ...(includeIgnored ? ["--no-ignore"] : ["--glob=!node_modules"]),
    ignoreCase ? "--ignore-case" : "--case-sensitive",
    `--regexp=${forRipgrep}`,
    "--",
    ".",
  ];
  try {
    const command = new Deno.Command("rg", {
      args,
      cwd: folder,
      clearEnv: true,
      signal,
      stdout: "piped",
      stderr: "null",
    });
    await using child = command.spawn();
    const output = await readBounded(child.stdout);
    const { code } = await child.status;
    if (output === null || code > 1) return null; // such as a folder that it may not read
    return output.split("\0").filter((name) => name !== "").map((name) => join(folder, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

/** Leaving it early closes the pipe, on which the child ends. */
async function readBounded(stream: ReadableStream<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_OUTPUT_BYTES) return null;
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
