/** In a checkout, builds the page when its sources have changed. An installed Opta brings the page along. */
import { fileURLToPath } from "node:url";
import { CliError } from "../exit.ts";
import { lstatOrNull } from "../paths.ts";

const BUILD: string = fileURLToPath(new URL("../../web/build.ts", import.meta.url));

/** @throws {CliError} with what the bundler said */
export async function buildPage(signal: AbortSignal): Promise<void> {
  if (!await lstatOrNull(BUILD)) return;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", BUILD, "--quiet"],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    signal,
  });
  const { success, stderr } = await command.output();
  signal.throwIfAborted();
  if (!success) throw new CliError(new TextDecoder().decode(stderr).trim());
}
