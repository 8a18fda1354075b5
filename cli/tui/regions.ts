/**
 * The live region: what stands below the transcript and is drawn again and again, part above part. Pure but for the values
 * that it sets. It never fills the screen: a frame as high as the screen makes the terminal scroll, and Ink clear it.
 *
 *     tail      what streams and is not finished
 *     panel     an overlay, or a request for permission
 *     queue     messages that wait
 *     composer
 *     status    the connection when it is lost, and how things stand
 */
import { Value } from "@opta/view/value";
import type { PaneSize, PaneView } from "./pane.ts";

/** Rows of the screen that stay free of the live region. */
const FREE_ROWS = 2;
/** Rows of a screen from which on a blank one parts what is read from what is typed. */
const ROOMY_ROWS = 16;

export const regionNames = ["tail", "panel", "queue", "composer", "status"] as const;
export type RegionName = (typeof regionNames)[number];

export interface Cursor {
  x: number;
  y: number;
}

/** What is drawn, each part by itself, so that a change of one draws nothing of another. */
export type Regions = Readonly<Record<RegionName, Value<readonly string[]>>> & {
  /** Counted from the upper left of the live region; `null` hides it. */
  readonly cursor: Value<Cursor | null>;
};

/** A part of the screen that fills the rows that it is given, or fewer; `null` where there is none. */
export type Part = ((size: PaneSize) => PaneView) | null;

export type Parts = Readonly<Record<RegionName, Part>>;

/** Which part gets its rows first; the others share what is left. */
const byPriority: readonly { name: RegionName; share: number }[] = [
  { name: "status", share: 1 },
  { name: "composer", share: 0.5 },
  { name: "panel", share: 1 },
  { name: "queue", share: 0.3 },
  { name: "tail", share: 1 },
];

const belowTail = ["panel", "queue", "composer"] as const;

export function emptyRegions(): Regions {
  const lines = () => new Value<readonly string[]>([]);
  return {
    tail: lines(),
    panel: lines(),
    queue: lines(),
    composer: lines(),
    status: lines(),
    cursor: new Value<Cursor | null>(null),
  };
}

/** Lays the parts out within the screen, the cursor in the panel or else in the composer. */
export function layOutRegions(parts: Parts, screen: PaneSize): { lines: Lines; cursor: Cursor | null } {
  const lines: Lines = { tail: [], panel: [], queue: [], composer: [], status: [] };
  const cursors: Partial<Record<RegionName, NonNullable<PaneView["cursor"]>>> = {};
  const gap = screen.rows < ROOMY_ROWS ? 0 : 1;
  let left = Math.max(1, screen.rows - FREE_ROWS - gap);
  for (const { name, share } of byPriority) {
    const rows = Math.min(left, Math.max(1, Math.floor(left * share)));
    const part = parts[name];
    if (!part || rows === 0) continue;
    const view = part({ columns: screen.columns, rows });
    lines[name] = name === "tail" ? view.lines.slice(-rows) : view.lines.slice(0, rows);
    if (view.cursor) cursors[name] = view.cursor;
    left -= lines[name].length;
  }
  const first = gap === 0 ? undefined : belowTail.find((name) => lines[name].length > 0);
  if (first) {
    lines[first] = ["", ...lines[first]];
    cursors[first] &&= { ...cursors[first], row: cursors[first].row + 1 };
  }
  for (const name of ["panel", "composer"] as const) {
    const cursor = cursors[name];
    if (!cursor || lines[name].length === 0) continue;
    const above = regionNames.slice(0, regionNames.indexOf(name)).reduce((sum, one) => sum + lines[one].length, 0);
    return { lines, cursor: { x: cursor.column, y: above + Math.min(cursor.row, lines[name].length - 1) } };
  }
  return { lines, cursor: null };
}

type Lines = Record<RegionName, readonly string[]>;

/** Sets what has changed. */
export function setRegions(regions: Regions, { lines, cursor }: ReturnType<typeof layOutRegions>): void {
  for (const name of regionNames) {
    if (!isSame(regions[name].get(), lines[name])) regions[name].set(lines[name]);
  }
  const before = regions.cursor.get();
  if (before?.x !== cursor?.x || before?.y !== cursor?.y) regions.cursor.set(cursor);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((line, i) => line === b[i]));
}
