/**
 * Reads a secret from standard input, so that it stands neither in the shell's history nor in the arguments of a process:
 * from a pipe, or typed at a terminal that does not show it.
 */
import { CliError, ExitCode } from "./exit.ts";
import { writeErr } from "./output/output.ts";

/** Longer than any key, in UTF-16 units: what is longer is another file. */
const MAX_SECRET_LENGTH = 8_192;

/** @throws {CliError} when Ctrl-C is pressed, or when it is too long for a secret */
export async function readSecret(name: string): Promise<string> {
  return Deno.stdin.isTerminal() ? await readHidden(name) : await readPiped();
}

/** What was typed so far, and what ended it. */
export interface TypedSecret {
  text: string;
  end: "enter" | "interrupt" | null;
}

/** Takes keys as a terminal sends them in raw mode; a paste is keys as well. */
export function typeSecret(text: string, keys: string): TypedSecret {
  for (const key of keys) {
    switch (key) {
      case "\r":
      case "\n":
      case "\x04": // Ctrl-D
        return { text, end: "enter" };
      case "\x03": // Ctrl-C
        return { text: "", end: "interrupt" };
      case "\x7f":
      case "\b":
        text = [...text].slice(0, -1).join("");
        break;
      case "\x15": // Ctrl-U
        text = "";
        break;
      default:
        text += key;
    }
  }
  return { text, end: null };
}

async function readHidden(name: string): Promise<string> {
  Deno.stdin.setRaw(true); // before the question, lest a quick answer be shown
  try {
    writeErr(`${name} (not shown): `);
    let typed: TypedSecret = { text: "", end: null };
    for await (const keys of chunksOfInput()) {
      typed = typeSecret(typed.text, keys);
      if (typed.end !== null) break;
      requireShort(typed.text);
    }
    if (typed.end === "interrupt") throw new CliError("Nothing was changed", ExitCode.cancelled);
    return typed.text;
  } finally {
    Deno.stdin.setRaw(false);
    writeErr("\n");
  }
}

async function readPiped(): Promise<string> {
  let text = "";
  for await (const chunk of chunksOfInput()) requireShort(text += chunk);
  return text.replace(/\r?\n$/, "");
}

async function* chunksOfInput(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(MAX_SECRET_LENGTH);
  for (let count = await Deno.stdin.read(bytes); count !== null; count = await Deno.stdin.read(bytes)) {
    yield decoder.decode(bytes.subarray(0, count), { stream: true });
  }
}

function requireShort(text: string): void {
  if (text.length <= MAX_SECRET_LENGTH) return;
  throw new CliError(`That is no secret: it is longer than ${MAX_SECRET_LENGTH} characters`, ExitCode.usage);
}
