/** What an undo has come to, in words. Pure. */
import type { UndoResult } from "@opta/protocol";
import { sanitizeLine } from "../output/sanitize.ts";

/** Files that are named: what fits on a screen. */
const MAX_NAMED = 20;

/** @param howToForce what takes back what was left, such as `/undo force` */
export function describeUndo({ kind, restored, conflicts }: UndoResult, howToForce: string): string {
  const done = kind === "undo" ? "Undone" : "Brought back";
  const left = conflicts.map(({ path, reason }) => `${path}: ${reason}`);
  const lines = [
    ...(restored.length > 0 ? list(done, restored) : []),
    ...(left.length > 0 ? [...list("Left as they are", left), `To take these back as well: ${howToForce}`] : []),
  ];
  return lines.length > 0 ? lines.join("\n") : "Nothing to do: these files are already as they were";
}

function list(title: string, items: readonly string[]): string[] {
  const rest = items.length - MAX_NAMED;
  return [
    `${title} (${items.length} ${items.length === 1 ? "file" : "files"}):`,
    ...items.slice(0, MAX_NAMED).map((item) => `  ${sanitizeLine(item)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
