/** A unified diff, line by line: what each line is, where it stands in both files, and how many were added and removed. Pure. */

export interface DiffLine {
  kind: "added" | "removed" | "context" | "hunk" | "header";
  /** With the sign that it begins with, as it came. */
  text: string;
  /** Its number in the file before, and in the file after; `null` where it does not stand. */
  before: number | null;
  after: number | null;
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const nowhere = { before: null, after: null };

/** Lines are told apart by the counts of their hunk: a removed line that begins with `-- ` looks like a file's header. */
export function readDiff(diff: string): DiffLine[] {
  let [removedLeft, addedLeft] = [0, 0];
  let [before, after] = [0, 0];
  return diff.replace(/\n$/, "").split("\n").map((line): DiffLine => {
    const text = line.replace(/\r$/, "");
    const isInHunk = removedLeft > 0 || addedLeft > 0;
    const hunk = isInHunk ? null : hunkHeader.exec(text);
    if (hunk) {
      [before, after] = [Number(hunk[1]), Number(hunk[3])];
      [removedLeft, addedLeft] = [Number(hunk[2] ?? 1), Number(hunk[4] ?? 1)];
      return { kind: "hunk", text, ...nowhere };
    }
    if (!isInHunk && /^(?:---|\+\+\+) /.test(text)) return { kind: "header", text, ...nowhere };
    switch (text[0]) {
      case "+":
        addedLeft--;
        return { kind: "added", text, before: null, after: after++ };
      case "-":
        removedLeft--;
        return { kind: "removed", text, before: before++, after: null };
      case "\\": // "\ No newline at end of file" counts for nothing
        return { kind: "context", text, ...nowhere };
      default:
        if (!isInHunk) return { kind: "header", text, ...nowhere };
        addedLeft--;
        removedLeft--;
        return { kind: "context", text, before: before++, after: after++ };
    }
  });
}

export function countChanges(lines: readonly Pick<DiffLine, "kind">[]): { added: number; removed: number } {
  const countOf = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return { added: countOf("added"), removed: countOf("removed") };
}
