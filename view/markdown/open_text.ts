/** A chunk of markdown that is open: which lines it takes, and which of them end it. See `BlockScanner`. */
import {
  fenceOf,
  indentOf,
  interruptsParagraph,
  isBlank,
  isDelimiterRow,
  isHeading,
  isIndented,
  isNestedTooDeep,
  isQuote,
  isRule,
  isUnderline,
  itemIndentOf,
} from "./line_kinds.ts";

import { lexBlocks } from "./lex_blocks.ts";

/**
 * Units of a chunk from which on it is cut at the next good place, and at twice as many anywhere: what is open is read
 * again for each frame, and the time that a lexer takes can grow with the square of what it reads.
 */
export const MAX_CHUNK_LENGTH = 8_192;
/** Units of a table's first two lines that are repeated where a long table is cut. */
const MAX_HEADER_LENGTH = 1_024;

/**
 * How a chunk is to be read: as blocks; as the words of one paragraph, because it begins within a line; or not at all,
 * because a lexer might not survive it.
 */
export type Form = "blocks" | "inline" | "plain";

export interface OpenText {
  kind: "text" | "quote" | "list" | "code";
  text: string;
  form: Form;
  /** It goes on with the chunk before, which was cut. */
  continues: boolean;
  /** Of a list: the column of its last item's content. */
  indent: number;
  /** Of a list: where its items begin, but for the first. */
  itemStarts: number[];
  isAfterBlank: boolean;
  /** Of a table: its first two lines. */
  header: string;
  lineCount: number;
}

export type Cut = "end" | "full";

export const emptyText: Omit<OpenText, "kind"> = {
  text: "",
  form: "blocks",
  continues: false,
  indent: 0,
  itemStarts: [],
  isAfterBlank: false,
  header: "",
  lineCount: 0,
};

export function kindOf(line: string): OpenText["kind"] {
  if (isIndented(line)) return "code";
  if (isQuote(line)) return "quote";
  return itemIndentOf(line) === null ? "text" : "list";
}

/** Takes a line, or its beginning. */
export function add(open: OpenText, line: string, isWhole: boolean): void {
  if (isNestedTooDeep(line)) open.form = "plain";
  if (open.kind === "list") {
    const indent = itemIndentOf(line);
    if (indent !== null && (open.indent === 0 || indentOf(line) < open.indent)) {
      if (open.text !== "") open.itemStarts.push(open.text.length);
      open.indent = indent;
    }
  }
  open.text += isWhole ? `${line}\n` : line;
  open.lineCount++;
  open.isAfterBlank = isBlank(line);
  if (open.kind === "text" && open.lineCount === 2 && isDelimiterRow(line) && isTable(open.text)) {
    open.header = open.text;
  }
}

/** The lexer knows: the two lines must have as many cells. */
function isTable(text: string): boolean {
  return text.length <= MAX_HEADER_LENGTH && lexBlocks(text)[0]?.kind === "table";
}

/** Whether the line cannot be added: it begins something else, or nothing, or it goes on with what has become too long. */
export function cutsBefore(open: OpenText, line: string): Cut | null {
  const { kind, text } = open;
  const isFull = text.length + line.length > MAX_CHUNK_LENGTH;
  const isOverfull = text.length + line.length > 2 * MAX_CHUNK_LENGTH;
  switch (kind) {
    case "text":
      if (isBlank(line) || (interrupts(line) && !isUnderline(line))) return "end";
      return isFull ? "full" : null;
    case "quote":
      if (isBlank(line) || (!isQuote(line) && (interrupts(line) || itemIndentOf(line) !== null))) return "end";
      return isFull ? "full" : null;
    case "code":
      if (!isBlank(line) && !isIndented(line)) return "end";
      return isFull ? "full" : null;
    case "list": {
      const isInside = isBlank(line) || indentOf(line) >= open.indent;
      const isItem = itemIndentOf(line) !== null && !isRule(line);
      if (!isInside && !isItem && (open.isAfterBlank || endsList(line))) return "end";
      return isOverfull || (isItem && !isInside && isFull) ? "full" : null;
    }
    default:
      return kind satisfies never;
  }
}

export function interrupts(line: string): boolean {
  return endsList(line) || interruptsParagraph(line);
}

function endsList(line: string): boolean {
  return fenceOf(line) !== null || isHeading(line) || isRule(line) || isQuote(line);
}
