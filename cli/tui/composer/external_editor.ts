/** Writes a text in the editor of the user's choice: in a file for the user alone, which is gone afterwards. */
import { join } from "node:path";
import { CliError } from "../../exit.ts";
import type { Env } from "../../paths.ts";
import { sanitize } from "../../sanitize.ts";

/** Longest text in bytes that is taken back: far more than a turn may hold. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Runs the editor in the terminal, which must have been given away; resolves with what was saved, without the line feed that
 * editors put at the end.
 *
 * @throws {CliError} there is no editor, or it failed: then nothing is to be changed
 */
export async function editOutside(text: string, env: Env): Promise<string> {
  const editor = env.VISUAL || env.EDITOR || (Deno.build.os === "windows" ? "notepad" : "vi");
  const folder = await Deno.makeTempDir({ prefix: "opta-message-" });
  try {
    const file = join(folder, "message.md");
    await Deno.writeTextFile(file, text, { mode: 0o600 });
    const code = await run(editor, file);
    if (code !== 0) throw new CliError(`${editor} ended with exit code ${code}: the message is as it was`);
    if ((await Deno.stat(file)).size > MAX_BYTES) throw new CliError("What was written is too long for a message");
    return sanitize(await Deno.readTextFile(file)).replace(/\n$/, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What stands in `EDITOR` is a command line, such as `code --wait`. */
async function run(editor: string, file: string): Promise<number> {
  const isWindows = Deno.build.os === "windows";
  const [command, args] = isWindows
    ? ["cmd", ["/c", `${editor} "${file}"`]] as const
    : ["sh", ["-c", `${editor} "$1"`, "sh", file]] as const;
  try {
    const child = new Deno.Command(command, {
      args: [...args],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
    return (await child.spawn().status).code;
  } catch (cause) {
    throw new CliError(`Cannot run ${editor}. Set another editor with EDITOR`, 1, { cause });
  }
}
