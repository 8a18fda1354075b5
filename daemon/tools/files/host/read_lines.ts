/** A part of a text file, as a model reads it: each line with its number. */
import { MAX_LINE_LENGTH, MAX_TEXT_LENGTH } from "../limits.ts";
import type { OperationArgs, OperationResult } from "../operations.ts";
import type { Scope } from "../scope.ts";
import { lineEndingOf, linesOf } from "./line_endings.ts";
import { locate } from "./locate.ts";
import { readBytes, versionOf } from "./read_bytes.ts";
import { Refusal } from "./refusal.ts";
import { type DecodedText, decodeText } from "./text_encoding.ts";

export async function readLines(
  scope: Scope,
  { path, offset, limit }: OperationArgs<"readFile">,
): Promise<OperationResult<"readFile">> {
  const place = await locate(scope, path);
  const bytes = await readBytes(scope, place);
  const decoded = decodeText(bytes);
  if (!decoded) {
    throw new Refusal(
      `${place.shown} is a binary file of ${bytes.length} bytes, or text that is neither UTF-8 nor UTF-16`,
    );
  }
  const part = partOf(decoded.text, offset, limit);
  if (!part) throw new Refusal(`${place.shown} has ${linesOf(decoded.text).length} lines: there is no line ${offset}`);
  const text = [...part.lines, ...notes(decoded, part)].join("\n");
  return { real: place.real, version: versionOf(bytes), text, truncated: part.isPartial };
}

interface Part {
  lines: string[];
  first: number;
  total: number;
  isPartial: boolean;
}

/** `null` when it begins after the end. */
function partOf(text: string, first: number, limit: number): Part | null {
  const all = linesOf(text);
  if (first > Math.max(1, all.length)) return null;
  const lines: string[] = [];
  let length = 0;
  let isCut = false;
  for (let i = first - 1; i < all.length && lines.length < limit; i++) {
    const whole = all[i] ?? "";
    const line = `${i + 1}\t${cut(whole)}`;
    length += line.length + 1;
    if (length > MAX_TEXT_LENGTH) break;
    isCut ||= whole.length > MAX_LINE_LENGTH;
    lines.push(line);
  }
  return { lines, first, total: all.length, isPartial: isCut || lines.length < all.length };
}

function notes({ text, encoding }: DecodedText, { lines, first, total }: Part): string[] {
  const last = first + lines.length - 1;
  const said: string[] = [];
  if (total === 0) said.push("The file is empty");
  else if (last < total) said.push(`Lines ${first} to ${last} of ${total}; go on with offset ${last + 1}`);
  if (encoding !== "utf-8") {
    said.push(encoding === "utf-8-bom" ? "UTF-8 with a byte order mark" : encoding.toUpperCase());
  }
  if (lineEndingOf(text) === "\r\n") said.push("Lines end with CRLF, which edits keep");
  return said.map((note) => `[${note}]`);
}

function cut(line: string): string {
  const rest = line.length - MAX_LINE_LENGTH;
  return rest <= 0 ? line : `${line.slice(0, MAX_LINE_LENGTH)}… [${rest} more characters]`;
}
