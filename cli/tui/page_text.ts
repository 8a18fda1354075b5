/** Shows a long text in the pager of the user's choice, which reads it as far as it is looked at. */
import { CliError, ExitCode } from "../exit.ts";
import type { Env } from "../paths.ts";

/** Lines that are handed over at once. */
const CHUNK_LINES = 500;

/**
 * Runs the pager in the terminal, which must have been given away, until it is left.
 *
 * @param lines painted and sanitized
 * @throws {CliError} when there is none
 */
export async function pageText(lines: Iterable<string>, env: Env): Promise<void> {
  const pager = env.PAGER || "less";
  const options = { LESS: `${env.LESS ?? ""} -R` }; // colours as they are
  const command = Deno.build.os === "windows" ? ["cmd", "/c", pager] as const : ["sh", "-c", pager] as const;
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    env: options,
    stdin: "piped",
    stdout: "inherit",
    stderr: "null",
  }).spawn();
  await feed(child.stdin, lines);
  const { code } = await child.status;
  if (code === 126 || code === 127) {
    throw new CliError(`There is no pager ${pager}. Install less, or set another one with PAGER`, ExitCode.failed);
  }
}

async function feed(stdin: WritableStream<Uint8Array>, lines: Iterable<string>): Promise<void> {
  const writer = stdin.getWriter();
  const encoder = new TextEncoder();
  try {
    let chunk: string[] = [];
    for (const line of lines) {
      if (chunk.push(line) < CHUNK_LINES) continue;
      await writer.write(encoder.encode(`${chunk.join("\n")}\n`));
      chunk = [];
    }
    if (chunk.length > 0) await writer.write(encoder.encode(`${chunk.join("\n")}\n`));
    await writer.close();
  } catch {
    // The pager was left before it had read all: nobody wants the rest.
  }
}
