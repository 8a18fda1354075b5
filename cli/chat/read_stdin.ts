/** Standard input as text, for a command that takes its task or its material from a pipe. */
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { checkText } from "./check_text.ts";

/** Milliseconds of silence after which the user is told what is being waited for: the pipe may be one by accident. */
const PATIENCE_MS = 3_000;

export interface StdinOptions {
  signal: AbortSignal;
  /** Called once, when nothing has come for a while. */
  onSilence(): void;
  /** Called when some characters could not be read. */
  onReplaced(count: number): void;
  patienceMs?: number;
}

/**
 * All of it, without the line end at its end.
 *
 * @throws {CliError} when it is more than a turn may hold, or no text
 */
export async function readStdin(input: ReadableStream<Uint8Array>, options: StdinOptions): Promise<string> {
  const { signal, onSilence, onReplaced, patienceMs = PATIENCE_MS } = options;
  const timer = setTimeout(onSilence, patienceMs);
  const reader = input.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  const stop = () => reader.cancel(signal.reason).catch(() => {}); // the read below ends, and says why
  signal.addEventListener("abort", stop);
  try {
    let text = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearTimeout(timer);
      text += read.value;
      if (text.length > MAX_CONTENT_LENGTH) {
        checkText(text, "Standard input"); // a part of a program would be of no use either
        const limit = MAX_CONTENT_LENGTH.toLocaleString("en");
        throw new CliError(
          `Standard input is too long: a task may have ${limit} characters. Send a part`,
          ExitCode.usage,
        );
      }
    }
    signal.throwIfAborted();
    const replaced = checkText(text, "Standard input");
    if (replaced > 0) onReplaced(replaced);
    return text.replace(/\r?\n$/, "");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    reader.cancel().catch(() => {}); // whoever writes it is not waited for
  }
}
