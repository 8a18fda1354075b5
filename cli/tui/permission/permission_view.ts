/**
 * How a request for permission stands on the screen, within the rows that there are. Pure. What it is about comes first and
 * scrolls; the keys always stand below it, with what a wider answer would cover.
 *
 *     ? run_command asks for permission · 1 of 2
 *       $ npm test                                       ┐ scrolls; what does not fit
 *       because run_command runs a program               ┘ is counted below
 *       … 12 lines below (↓ PgDn)
 *       s and a would allow: run_command: npm test
 *       Allow this?  y yes · n no · …
 */
import type { Asked } from "@opta/view/permission/permission_asking";
import { describeKeys, type Offers } from "@opta/view/permission/permission_keys";
import { titleOf } from "../../chat/permission_request.ts";
import { wrapWords } from "../../output/wrap_words.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow, type Row } from "../row.ts";
import { type Place, type Scrolled, scrolledTo, type ScrollSize } from "../scroll.ts";
import type { TextDocument } from "../text_document.ts";
import type { Theme } from "../theme.ts";
import { wrapCells, wrapProse } from "../wrap_cells.ts";
import type { RequestText } from "./request_document.ts";

/** Rows of what will happen that must be seen, unless it has fewer: with less in sight nobody can decide. */
const LEAST_BODY_ROWS = 3;
/** Rows that a rule may take beside the keys; a longer one ends the text that scrolls. */
const MAX_RULE_ROWS = 3;
/** Rows of the keys: more than they take where a request can be read at all. */
const MAX_KEY_ROWS = 6;
const INDENT = "  ";

export interface PermissionState {
  asked: Asked;
  offers: Offers;
  /** Requests behind this one. */
  waiting: number;
  text: RequestText;
  place: Place;
  clientId: string;
}

export interface PermissionLayout extends PaneView {
  /** Enough of it is seen to decide. */
  isLegible: boolean;
  /** What a wider answer would cover is seen, or there is none. */
  isRuleShown: boolean;
  /** What scrolls, and as it is shown. */
  text: TextDocument;
  size: ScrollSize;
  scrolled: Scrolled;
}

export function layOutPermission(state: PermissionState, { columns, rows }: PaneSize, theme: Theme): PermissionLayout {
  const { asked, offers, waiting, text: { whole, body, rule }, place, clientId } = state;
  const inner = Math.max(1, columns - INDENT.length);
  const title: Row = [
    [titleOf(asked.request, asked.state.active, clientId), "warning"],
    ...(waiting > 0 ? [[` · 1 of ${waiting + 1}`, "dim"] as const] : []),
  ];
  const keys = keyRows(asked, offers, inner);
  // As many rows whether or not all can be chosen: what can depends on what is seen, and must not change that.
  const all = { ...offers, canWiden: asked.request.rule !== undefined };
  const room = rows - 1 - Math.max(keys.length, keyRows(asked, all, inner).length);
  const ruleRows = rule === null ? [] : wrapCells(rule, inner);
  const least = (document: TextDocument) => leastRows(document, inner);
  const isRuleBelow = ruleRows.length <= MAX_RULE_ROWS && room - ruleRows.length >= least(body);
  const text = isRuleBelow ? body : whole;
  const size = { columns: inner, rows: Math.max(0, room - (isRuleBelow ? ruleRows.length : 0)) };
  const fits = scrolledTo(text, place, size);
  const scrolled = fits.above + fits.below === 0 || size.rows < 2
    ? fits
    : scrolledTo(text, place, { ...size, rows: size.rows - 1 });
  const shownSize = { ...size, rows: scrolled === fits ? size.rows : size.rows - 1 };
  const isLegible = size.rows >= least(text);
  const shown: Row[] = isLegible
    ? [
      title,
      ...scrolled.rows.map(({ text, role }): Row => [[INDENT], [text, role]]),
      ...(scrolled === fits ? [] : [[[INDENT], [describeHidden(scrolled), "warning"]] as const]),
      ...(isRuleBelow ? ruleRows : []).map((row): Row => [[INDENT], [row, "dim"]]),
      ...keys,
    ]
    : [title, ...wrapProse(TOO_SMALL, inner).map((row): Row => [[INDENT], [row, "warning"]])];
  return {
    lines: shown.slice(0, rows).map((row) => paintRow(row, columns, theme)),
    isLegible,
    // One that scrolls is seen when the end of the text is.
    isRuleShown: rule === null || isRuleBelow || scrolled.below === 0,
    ...{ text, size: shownSize, scrolled },
  };
}

/** With the line that counts what is hidden. */
function leastRows(text: TextDocument, columns: number): number {
  let rows = 0;
  for (let line = 0; line < text.lineCount && rows <= LEAST_BODY_ROWS; line++) {
    rows += text.rowsOf(line, columns).length;
  }
  return rows <= LEAST_BODY_ROWS ? rows : LEAST_BODY_ROWS + 1;
}

function keyRows({ phase, request }: Asked, offers: Offers, columns: number): Row[] {
  const [text, role] = phase === "writing"
    ? [`${request.needsAnswer ? ANSWER_HINT : REASON_HINT} · Esc goes back`, "accent" as const]
    : [
      `${request.needsAnswer ? "Your answer?" : "Allow this?"}  ${describeKeys(offers)}`,
      phase === "open" ? "warning" as const : "dim" as const,
    ];
  const rows = wrapWords(text, columns).split("\n").flatMap((row) => wrapCells(row, columns));
  return rows.slice(0, MAX_KEY_ROWS).map((row) => [[INDENT], [row, role]]);
}

const TOO_SMALL = "too little of it fits to decide: make the terminal larger";
const REASON_HINT = "Enter denies it, and sends what you write as the next message";
const ANSWER_HINT = "Enter sends what you write as the answer";

function describeHidden({ above, below }: Scrolled): string {
  const count = (lines: number, where: string) => `${lines} line${lines === 1 ? "" : "s"} ${where}`;
  const parts = [
    ...(above > 0 ? [count(above, "above")] : []),
    ...(below > 0 ? [count(below, "below")] : []),
  ];
  return `… ${parts.join(", ")} · ↑ ↓ PgUp PgDn`;
}
