/** Asks before what cannot be undone. */
import { CliError, ExitCode } from "../exit.ts";
import { writeErr } from "../output.ts";
import { sanitizeLine } from "../sanitize.ts";

/** Longest answer that is read: one letter is meant. */
const MAX_ANSWER_BYTES = 256;

/** @throws {CliError} when there is nobody to ask, or the answer is not yes */
export async function confirm(question: string): Promise<void> {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) {
    throw new CliError(`${question} There is no terminal to ask at: say so with --yes`, ExitCode.usage);
  }
  writeErr(`${sanitizeLine(question)} [y/N] `);
  const buffer = new Uint8Array(MAX_ANSWER_BYTES);
  const length = await Deno.stdin.read(buffer) ?? 0;
  const answer = new TextDecoder().decode(buffer.subarray(0, length)).trim().toLowerCase();
  if (answer !== "y" && answer !== "yes") throw new CliError("Nothing was done", ExitCode.cancelled);
}
