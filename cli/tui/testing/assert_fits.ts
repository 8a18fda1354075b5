/** What holds for the view of every pane, whatever it shows. */
import { assert, assertEquals } from "@std/assert";
import stringWidth from "string-width";
import type { PaneSize, PaneView } from "../pane.ts";

/** SGR, and nothing else that a terminal would obey. */
// deno-lint-ignore no-control-regex -- these are what is looked for
const sgr = /\x1b\[[\d;]*m/g;
const obeyed = /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

export function assertFits({ lines, cursor }: PaneView, { columns, rows }: PaneSize): void {
  assert(lines.length <= rows, `${lines.length} lines in ${rows} rows`);
  for (const line of lines) {
    const text = line.replaceAll(sgr, "");
    assert(stringWidth(text) <= columns, `wider than ${columns}: ${JSON.stringify(line)}`);
    assertEquals(obeyed.exec(text), null, JSON.stringify(line));
  }
  if (cursor) assert(cursor.row >= 0 && cursor.row < lines.length && cursor.column >= 0 && cursor.column < columns);
}

/** The lines without their styles. */
export function plainLines({ lines }: PaneView): string[] {
  return lines.map((line) => line.replaceAll(sgr, "").trimEnd());
}
