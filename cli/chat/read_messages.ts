/** The messages that a pipe brings: each line is one, and so is what stands between fences or goes on over lines. */
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { checkText } from "./check_text.ts";
import { joinLine, readMessage } from "./message_input.ts";

/** @throws {CliError} when a message is more than a turn may hold, or no text */
export async function* readMessages(input: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let open: string | null = null;
  for await (const line of readLines(input)) {
    const text: string = open === null ? line : joinLine(open, line);
    checkLength(text);
    const message = readMessage(text);
    open = message === null ? text : null;
    if (message !== null) yield readable(message);
  }
  if (open !== null) yield readable(open); // the input has ended within it
}

/** Lines without their ends; a stream of lines from a library would keep one that never ends. */
async function* readLines(input: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const piece of input.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
    const lines = piece.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    for (const line of lines) yield line.replace(/\r$/, "");
    checkLength(rest);
  }
  if (rest !== "") yield rest;
}

function readable(message: string): string {
  checkText(message, "A message of the input");
  return message;
}

function checkLength(text: string): void {
  if (text.length <= MAX_CONTENT_LENGTH) return;
  const limit = MAX_CONTENT_LENGTH.toLocaleString("en");
  throw new CliError(`A message of the input is too long: it may have ${limit} characters`, ExitCode.usage);
}
