/** Small files for the user alone: read only if they are the user's own, replaced as a whole or not at all. */
import { CliError } from "./exit.ts";
import { lstatOrNull, ownerProblem } from "./paths.ts";

/** The text of a file; `null` when there is none. */
export async function readPrivateFile(path: string): Promise<string | null> {
  const info = await lstatOrNull(path);
  if (!info) return null;
  if (info.isSymlink) {
    throw new CliError(
      `Cannot read ${path}: it is a symlink, and Opta follows none here. Put the file itself there, or a copy of it`,
    );
  }
  const problem = !info.isFile ? "is not a file" : ownerProblem(info);
  if (problem) throw new CliError(`Cannot read ${path}: it ${problem}. Remove it and try again`);
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Writes beside the file and renames, so that a reader sees the old text or the new one, and a crash leaves either. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(draft, text, { createNew: true, mode: 0o600 });
    await flush(draft);
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {}); // the first error says more
    throw error;
  }
}

/** Brings the text to the disk before the rename does, or a power cut could leave an empty file under the new name. */
async function flush(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.sync();
}
