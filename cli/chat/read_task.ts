/** What a command sends that is given as words, and by a pipe. */
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { readStdin, type StdinOptions } from "./read_stdin.ts";

/** @throws {CliError} when there is no task, or it is too long */
export async function readTask(words: string[], command: string, options: StdinOptions): Promise<string> {
  const hasPipe = !Deno.stdin.isTerminal();
  return composeTask(words, hasPipe ? await readStdin(Deno.stdin.readable, options) : "", command);
}

/** @param command as it is typed, for the message that says how */
export function composeTask(words: string[], input: string, command: string): string {
  const task = words.join(" ").trim();
  const content = [task, input].filter((text) => text.trim() !== "").join("\n\n");
  if (content === "") {
    throw new CliError(`What is to be done? Say it: ${command} "count to 20", or bring it by a pipe`, ExitCode.usage);
  }
  if (content.length <= MAX_CONTENT_LENGTH) return content;
  const limit = MAX_CONTENT_LENGTH.toLocaleString("en");
  throw new CliError(`The task is too long: it may have ${limit} characters, standard input included`, ExitCode.usage);
}
