/** The menu of completions in rows: what fits with the letters that do, what it is, and what keys do. Pure. */
import type { Fit } from "@opta/view/fuzzy";
import stringWidth from "string-width";
import { windowOf } from "../list_pane.ts";
import type { Row, Span } from "../row.ts";
import type { Completable } from "./completion.ts";
import type { Option } from "./option_source.ts";

export interface MenuRow {
  row: Row;
  isChosen: boolean;
}

/** Rows of the menu: enough to choose from, and the conversation stays in sight. */
const MAX_ROWS = 6;
/** Columns up to which names make room for the hints of each other. */
const MAX_ALIGNED = 32;
/** Rows below which none is spent on what keys do. */
const LEAST_WITH_KEYS = 3;

const keys: Record<Completable["kind"], string> = {
  command: "Tab completes · Enter runs · Esc closes",
  argument: "Tab completes · Esc closes",
  file: "Tab or Enter completes · Esc closes",
};

export function menuRows(at: Completable | null, fits: readonly Fit<Option>[], chosen: number, max: number): MenuRow[] {
  if (!at || fits.length === 0 || max <= 0) return [];
  const hasKeys = max >= LEAST_WITH_KEYS;
  const { from, to } = windowOf(fits.length, chosen, Math.min(MAX_ROWS, hasKeys ? max - 1 : max));
  const mark = { command: "/", argument: "", file: "@" }[at.kind];
  const shown = fits.slice(from, to).map(({ item: { value, label, hint }, places }) => {
    const name = label ?? value;
    return { name, width: hint === "" ? 0 : Math.min(MAX_ALIGNED, stringWidth(name)), hint, places };
  });
  const width = Math.max(...shown.map(({ width }) => width));
  const rows = shown.map(({ name, hint, places, width: own }, i): MenuRow => ({
    row: [
      ["  "],
      [mark, "accent"],
      ...highlighted(name, places),
      [hint === "" ? "" : `${" ".repeat(width - own + 2)}${hint}`, "dim"],
    ],
    isChosen: from + i === chosen,
  }));
  if (!hasKeys) return rows;
  const position = to - from < fits.length ? `${chosen + 1} of ${fits.length} · ` : "";
  return [...rows, { row: [[`  ${position}${keys[at.kind]}`, "dim"]], isChosen: false }];
}

/** The letters that fit stand out. */
function highlighted(text: string, places: readonly number[]): Span[] {
  const fitting = new Set(places);
  const spans: [text: string, role: "strong" | "accent"][] = [];
  let at = 0;
  for (const character of text) {
    const role = fitting.has(at) ? "strong" : "accent";
    const last = spans.at(-1);
    if (last?.[1] === role) last[0] += character;
    else spans.push([character, role]);
    at += character.length;
  }
  return spans;
}
