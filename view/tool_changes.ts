/** What a call changes in files, as far as its arguments tell, when no request for permission has shown its diff. Pure. */
import type { Permission, ToolPart } from "@opta/protocol";
import { countChanges, type DiffLine, readDiff } from "./diff/read_diff.ts";

export interface ToolChanges {
  added: number;
  /** `null` for a file that is written as a whole: what it held before is not known here. */
  removed: number | null;
  /** Lines to show; empty when they have been shown. */
  lines: ChangedLine[];
}

export type ChangedLine = Pick<DiffLine, "kind" | "text">;

/** `null` when it changes nothing, or nothing that is known. */
export function changesOf({ toolName, args }: ToolPart, request: Permission | undefined): ToolChanges | null {
  if (request?.diff !== undefined) return { ...countChanges(readDiff(request.diff)), lines: [] };
  if (toolName === "write_file" && typeof args["content"] === "string") {
    const lines = linesOf(args["content"], "added");
    return { added: lines.length, removed: null, lines };
  }
  const edits = Array.isArray(args["edits"]) ? args["edits"] : [args];
  const lines = edits.flatMap(linesOfEdit);
  return lines.length === 0 ? null : { ...countChanges(lines), lines };
}

/** `+3 −1`, or `12 lines` of a file that is written as a whole. */
export function sumOfChanges({ added, removed }: Pick<ToolChanges, "added" | "removed">): string {
  return removed === null ? `${added} line${added === 1 ? "" : "s"}` : `+${added} −${removed}`;
}

function linesOfEdit(edit: unknown): ChangedLine[] {
  if (typeof edit !== "object" || edit === null) return [];
  const { old_string: before, new_string: after } = edit as Record<string, unknown>;
  if (typeof before !== "string" || typeof after !== "string") return [];
  return [...linesOf(before, "removed"), ...linesOf(after, "added")];
}

function linesOf(text: string, kind: "added" | "removed"): ChangedLine[] {
  if (text === "") return [];
  const sign = kind === "added" ? "+" : "-";
  return text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => ({ kind, text: sign + line }));
}
