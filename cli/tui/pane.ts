/**
 * A part of the screen below the transcript: the composer, a request for permission, an overlay. Panes draw nothing
 * themselves. They say which lines they are, and the app shows one below the other, within the rows that there are.
 */
import type { Key } from "../chat/keys.ts";

/** What a pane may fill. */
export interface PaneSize {
  columns: number;
  rows: number;
}

export interface PaneView {
  /** At most `rows` of them, each at most `columns` wide, sanitized, with no control sequence but SGR. */
  lines: readonly string[];
  /** Where the terminal's cursor stands, counted from the pane's upper left; absent for a pane that is not typed in. */
  cursor?: { row: number; column: number };
}

export interface Pane {
  /** @returns whether the key was for this pane. `isAlone`: nothing else came in the same read, so it was no typing ahead */
  press(key: Key, isAlone: boolean): boolean;
  view(size: PaneSize): PaneView;
  /** Calls `listener` when `view` would give something else. Returns the way to stop it. */
  subscribe(listener: () => void): () => void;
}
