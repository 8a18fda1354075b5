/** Writes an answer where `--output` says: a reader sees the old file or the whole new one. */
import { basename, dirname, join } from "node:path";
import { CliError, ExitCode } from "../exit.ts";

/** @throws {CliError} when the answer could not be written there, found out before anything is asked */
export async function checkAnswerFile(path: string): Promise<void> {
  const folder = dirname(path);
  const info = await Deno.stat(folder).catch(() => null);
  if (!info?.isDirectory) throw new CliError(`Cannot write ${path}: there is no folder ${folder}`, ExitCode.usage);
  const target = await Deno.stat(path).catch(() => null);
  if (target?.isDirectory) throw new CliError(`Cannot write ${path}: it is a folder`, ExitCode.usage);
}

/** @throws {CliError} */
export async function writeAnswerFile(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`Cannot write ${path}: ${why}`, undefined, { cause });
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const before = await Deno.stat(path).catch(() => null);
  if (before && !before.isFile) return await Deno.writeTextFile(path, text); // a device or a pipe must stay one
  const target = before ? await Deno.realPath(path) : path; // a symlink stays one, too
  const draft = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
  try {
    await Deno.writeTextFile(draft, text, { createNew: true });
    if (before?.mode) await Deno.chmod(draft, before.mode & 0o777);
    await Deno.rename(draft, target);
  } catch (error) {
    await Deno.remove(draft).catch(() => {}); // the first error says more
    throw error;
  }
}
