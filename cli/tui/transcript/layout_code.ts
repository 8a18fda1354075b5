/** Code as lines of the terminal: in its colours, broken at the edge, with nothing of it left out. Pure. */
import { highlightSync, splitLines } from "@opta/view/highlight";
import { type CodeContent, codeText } from "@opta/view/markdown";
import type { Role } from "../theme.ts";
import { cleanLine, type Line } from "./run.ts";
import { wrapExactly } from "./wrap_runs.ts";

const CODE_INDENT = "  ";

/** Pieces of a line, and what they are. */
export type ColouredLine = readonly { text: string; kind: Role | null }[];

/** The whole block, its language above it. */
export function layoutCode(code: CodeContent, columns: number): Line[] {
  const lines = code.partial === "" ? code.lines : [...code.lines, code.partial];
  return [
    ...layoutLabel(code.language, columns),
    ...layoutCodeLines(lines, colour(codeText(code), code.language), columns),
  ];
}

/** The language, in a line; none for code without one. */
export function layoutLabel(language: string, columns: number): Line[] {
  const name = cleanLine(language);
  return name === "" ? [] : wrapExactly([{ text: CODE_INDENT + name, roles: ["dim"] }], columns).slice(0, 1);
}

/** @param colours of these lines, one after another; `null` for plain ones */
export function layoutCodeLines(
  lines: readonly string[],
  colours: readonly ColouredLine[] | null,
  columns: number,
): Line[] {
  const width = columns > CODE_INDENT.length ? columns - CODE_INDENT.length : columns;
  const indent: Line = columns > CODE_INDENT.length ? [{ text: CODE_INDENT, roles: [] }] : [];
  return lines.flatMap((text, at) => {
    const pieces: ColouredLine = colours?.[at] ?? [{ text, kind: null }];
    const runs = pieces.map(({ text, kind }) => ({ text: cleanLine(text), roles: kind === null ? [] : [kind] }));
    return wrapExactly(runs, width).map((line): Line => line.length === 0 ? [] : [...indent, ...line]);
  });
}

/** What the pieces of each line are; `null` when they have no colours. */
export function colour(code: string, language: string): readonly ColouredLine[] | null {
  if (language === "diff" || language === "patch") return colourDiff(code);
  const spans = highlightSync(code, language);
  return spans ? splitLines(spans) : null;
}

/** Line by line, so that the beginning of a diff has the colours that it has in the whole. */
function colourDiff(diff: string): ColouredLine[] {
  return diff.split("\n").map((text) => [{ text, kind: diffKindOf(text) }]);
}

function diffKindOf(text: string): Role | null {
  if (/^(?:---|\+\+\+) /.test(text)) return "strong";
  switch (text[0]) {
    case "+":
      return "added";
    case "-":
      return "removed";
    case "@":
      return "hunk";
    default:
      return null;
  }
}
