/** Asks before what cannot be undone. */
import { abortable } from "../abortable.ts";
import { CliError, ExitCode } from "../exit.ts";
import { writeErr } from "../output/output.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** Longest answer that is read: one letter is meant. */
const MAX_ANSWER_BYTES = 256;

/**
 * @param signal of a command that takes Ctrl-C for itself
 * @throws {CliError} when there is nobody to ask, or the answer is not yes; or the signal's reason
 */
export async function confirm(question: string, signal?: AbortSignal): Promise<void> {
  if (!canAsk()) {
    throw new CliError(`${question} There is no terminal to ask at: say so with --yes`, ExitCode.usage);
  }
  if (!await isYes(question, signal)) throw new CliError("Nothing was done", ExitCode.cancelled);
}

/** Whether somebody is there to ask. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** Asks; anything but yes is no. @throws the signal's reason */
export async function isYes(question: string, signal?: AbortSignal): Promise<boolean> {
  writeErr(`${sanitizeLine(question)} [y/N] `);
  const buffer = new Uint8Array(MAX_ANSWER_BYTES);
  const reading = Deno.stdin.read(buffer);
  const length = await (signal ? abortable(reading, signal) : reading) ?? 0;
  const answer = new TextDecoder().decode(buffer.subarray(0, length)).trim().toLowerCase();
  return answer === "y" || answer === "yes";
}
