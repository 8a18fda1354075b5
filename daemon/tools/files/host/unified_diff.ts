/** What a change does, as a unified diff for people. */
import { MAX_DIFF_LENGTH } from "../limits.ts";
import { toLf } from "./line_endings.ts";
import { decodeText } from "./text_encoding.ts";

export interface DiffSides {
  shown: string;
  before: Side;
  after: Side;
}

/** `null`: there is no file; `unknown`: nobody holds its content, such as when it is too large. */
export type Side = Uint8Array | null | "unknown";

/** Two large texts that share nothing would take minutes to compare; for all files of a change together. */
const TIMEOUT_MS = 2_000;
/** What each file gets at least. */
const MIN_TIMEOUT_MS = 50;
const CONTEXT_LINES = 3;

/** Empty when nothing differs. */
export async function unifiedDiff(sides: readonly DiffSides[]): Promise<string> {
  const parts: string[] = [];
  const until = performance.now() + TIMEOUT_MS;
  let left = MAX_DIFF_LENGTH;
  for (const side of sides) {
    const part = left > 0
      ? await diffOf(side, Math.max(MIN_TIMEOUT_MS, until - performance.now()))
      : `--- ${side.shown}: not shown, the diff is too long\n`;
    parts.push(cut(part, left));
    left -= part.length;
  }
  return parts.join("");
}

async function diffOf({ shown, before, after }: DiffSides, timeout: number): Promise<string> {
  if (before === "unknown" || after === "unknown") return `--- ${shown}: its content cannot be shown\n`;
  const header = `--- ${before ? `a/${shown}` : "/dev/null"}\n+++ ${after ? `b/${shown}` : "/dev/null"}\n`;
  const [old, fresh] = [textOf(before), textOf(after)];
  if (old === null || fresh === null) return `${header}Binary file: ${sizeOf(before)} before, ${sizeOf(after)} after\n`;
  if (before === null && after === null) return ""; // an empty folder
  if (old === fresh) {
    if (before === null || after === null) return `${header}The file is empty\n`;
    return equal(before, after) ? "" : `${header}Only line endings or the encoding differ\n`;
  }
  const { structuredPatch } = await import("diff"); // most calls of a host compare nothing
  const patch = structuredPatch("", "", old, fresh, "", "", { context: CONTEXT_LINES, timeout });
  if (!patch) return `${header}Too much differs to be shown: ${sizeOf(before)} before, ${sizeOf(after)} after\n`;
  const hunks = patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) =>
    `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@\n${lines.join("\n")}\n`
  );
  return header + hunks.join("");
}

/** A range of no lines is named by the line before it. */
function rangeOf(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** The whole of it belongs to the one who decides; what is left out is said. */
function cut(diff: string, length: number): string {
  if (diff.length <= length || length <= 0) return diff;
  const kept = diff.slice(0, diff.lastIndexOf("\n", length) + 1);
  return `${kept}[${diff.slice(kept.length).split("\n").length - 1} more lines of this diff are not shown]\n`;
}

function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return "";
  const decoded = decodeText(bytes);
  return decoded && toLf(decoded.text);
}

function sizeOf(bytes: Uint8Array | null): string {
  return bytes === null ? "nothing" : `${bytes.length} bytes`;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
