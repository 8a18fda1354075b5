/** Writes a text in the editor of the user's choice: in a file for the user alone, which is gone afterwards. */
import { join } from "node:path";
import { CliError } from "../../exit.ts";
import type { Env } from "../../paths.ts";
import { sanitize } from "../../output/sanitize.ts";

/** Longest text in bytes that is taken back: far more than a turn may hold. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Exit codes with which a shell says that a command is not to be had. */
const NOT_FOUND: readonly number[] = [126, 127];
/** The same of `cmd`. */
const NOT_FOUND_ON_WINDOWS = 9009;

/**
 * Runs the editor in the terminal, which must have been given away; resolves with what was saved, without the line feed that
 * editors put at the end.
 *
 * @throws {CliError} there is no editor, or it failed: then nothing is to be changed
 */
export async function editOutside(text: string, env: Env): Promise<string> {
  const editor = editorOf(env);
  const folder = await Deno.makeTempDir({ prefix: "opta-message-" }); // for the user alone, as is the file
  const file = join(folder, "message.md");
  let isKept = false;
  try {
    await Deno.writeTextFile(file, text, { mode: 0o600, createNew: true });
    await run(editor, file);
    isKept = (await Deno.stat(file)).size > MAX_BYTES;
    if (isKept) throw new CliError(`What was written is too long for a message. It is kept in ${file}`);
    return sanitize((await Deno.readTextFile(file)).replaceAll("\r\n", "\n")).replace(/\n$/, "");
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`Cannot edit the message in ${editor}: ${error instanceof Error ? error.message : error}`, 1, {
      cause: error,
    });
  } finally {
    if (!isKept) await Deno.remove(folder, { recursive: true }).catch(() => {}); // the message matters more than the file
  }
}

function editorOf(env: Env): string {
  return env.VISUAL?.trim() || env.EDITOR?.trim() || (Deno.build.os === "windows" ? "notepad" : "vi");
}

/** What stands in `EDITOR` is a command line, such as `code --wait`. */
async function run(editor: string, file: string): Promise<void> {
  const isWindows = Deno.build.os === "windows";
  const [command, args] = isWindows
    ? ["cmd", ["/d", "/s", "/c", `"${editor} "${file}""`]] as const
    : ["sh", ["-c", `${editor} "$1"`, "sh", file]] as const;
  const { code, signal } = await new Deno.Command(command, {
    args: [...args],
    windowsRawArguments: isWindows,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (NOT_FOUND.includes(code) || (isWindows && code === NOT_FOUND_ON_WINDOWS)) {
    throw new CliError(`Cannot run the editor ${editor}: it is not there. Set another one with VISUAL or EDITOR`);
  }
  if (signal !== null) throw new CliError(`${editor} was ended by ${signal}: the message is as it was`);
  if (code !== 0) throw new CliError(`${editor} ended with exit code ${code}: the message is as it was`);
}
