/** A unified diff, line by line: what each line is, how many were added and removed, and how they are painted. Pure. */
import type { Colors } from "../colors.ts";

export interface DiffLine {
  kind: "added" | "removed" | "same" | "hunk" | "header";
  text: string;
}

const hunkHeader = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Lines are told apart by the counts of their hunk: a removed line that begins with `-- ` looks like a file's header. */
export function readDiff(diff: string): DiffLine[] {
  let removedLeft = 0;
  let addedLeft = 0;
  return diff.replace(/\n$/, "").split("\n").map((line): DiffLine => {
    const text = line.replace(/\r$/, "");
    const isInHunk = removedLeft > 0 || addedLeft > 0;
    const hunk = isInHunk ? null : hunkHeader.exec(text);
    if (hunk) {
      [removedLeft, addedLeft] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
      return { kind: "hunk", text };
    }
    if (!isInHunk && /^(?:---|\+\+\+) /.test(text)) return { kind: "header", text };
    switch (text[0]) {
      case "+":
        addedLeft--;
        return { kind: "added", text };
      case "-":
        removedLeft--;
        return { kind: "removed", text };
      case "\\": // "\ No newline at end of file" counts for nothing
        return { kind: "same", text };
      default:
        if (!isInHunk) return { kind: "header", text };
        addedLeft--;
        removedLeft--;
        return { kind: "same", text };
    }
  });
}

export function countChanges(lines: readonly DiffLine[]): { added: number; removed: number } {
  const countOf = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return { added: countOf("added"), removed: countOf("removed") };
}

/** @param text the line's text as it is to be shown */
export function paintDiffLine({ kind }: DiffLine, text: string, { green, red, cyan, bold }: Colors): string {
  switch (kind) {
    case "added":
      return green(text);
    case "removed":
      return red(text);
    case "hunk":
      return cyan(text);
    case "header":
      return bold(text);
    case "same":
      return text;
    default:
      return kind satisfies never;
  }
}
