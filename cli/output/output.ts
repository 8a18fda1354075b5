/**
 * Writing to the terminal. Results go to standard output, whole and in order; whatever else there is to say goes to
 * standard error, so that a pipe carries results alone.
 */
import { escapeJson, sanitize } from "./sanitize.ts";

const encoder = new TextEncoder();

/** Whoever read standard output has gone (`opta … | head`): there is nobody left to work for. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** @throws {OutputClosed} */
export function writeOut(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe ? new OutputClosed("standard output is closed") : error;
  }
}

export function writeErr(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch {
    // Nobody reads standard error: there is nowhere left to say so.
  }
}

/** The one document of a command that was given `--json`. */
export function writeJson(value: unknown): void {
  writeOut(`${escapeJson(JSON.stringify(value, null, 2))}\n`);
}

/** Something to say to people, beside the result. It may quote a server, so it is made safe to print. */
export function note(text: string): void {
  writeErr(`opta: ${sanitize(text)}\n`);
}

/** Rows of a name and its value, the values in one column. */
export function formatTable(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}`.trimEnd() + "\n").join("");
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}
