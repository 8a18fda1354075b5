/**
 * Cuts a growing text into chunks that can be read by themselves: a chunk is a block, or a few that stand close together.
 * It decides by whole lines, one after another, so that the chunks are the same however the text arrives.
 *
 *                ┌ heading, rule: a chunk of one line
 *     none ──────┼ fence ─── its closing line ──────────────────────────────────► none
 *      ▲         ├ text, quote ─── blank line ──────────────────────────────────► none
 *      │         ├ list ─── blank line, then one that is not indented ─┐
 *      │         └ code ─── a line that is not indented ───────────────┴────────► that line begins the next
 *      └ blank      any ─── a line that interrupts it ─────────────────────────► that line begins the next
 */
import {
  closesFence,
  type Fence,
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

/**
 * Units of a chunk from which on it is cut at the next good place, and at twice as many anywhere: what is open is read
 * again for each frame, and the time that a lexer takes can grow with the square of what it reads.
 */
const MAX_CHUNK_LENGTH = 8_192;
/** Units after which a line is looked at in pieces; only the first says what it is. */
const MAX_LINE_LENGTH = 4_096;
/** Units of a table's first two lines that are repeated where a long table is cut. */
const MAX_HEADER_LENGTH = 1_024;

export type Chunk =
  | { kind: "fence"; id: number; language: string; lines: readonly string[]; partial: string }
  /** `isPlain`: not to be given to a lexer, because it is the rest of a line, or nested too deep. */
  | { kind: "markdown"; id: number; text: string; isPlain: boolean };

type Open =
  | { kind: "fence"; fence: Fence; lines: string[]; isLineOpen: boolean }
  | {
    kind: "text" | "quote" | "list" | "code";
    text: string;
    isPlain: boolean;
    /** Of a list: the column of its last item's content. */
    indent: number;
    isAfterBlank: boolean;
    /** Of a table: its first two lines. */
    header: string;
    lineCount: number;
  };
type OpenText = Exclude<Open, { kind: "fence" }>;

export class BlockScanner {
  #open: Open | null = null;
  #id = 0;
  /** The last line, as far as it has come. */
  #line = "";
  /** Pieces of that line have been looked at. */
  #isLineBegun = false;
  #endsInReturn = false;
  #closed: Chunk[] = [];

  /** The chunks that this closes. */
  push(delta: string): Chunk[] {
    const text = this.#withoutReturns(delta);
    let from = this.#line.length;
    let rest = this.#line + text;
    for (;;) {
      const end = rest.indexOf("\n", from);
      if (end >= 0 && end <= MAX_LINE_LENGTH) {
        this.#take(rest.slice(0, end), true);
        rest = rest.slice(end + 1);
      } else if (rest.length > MAX_LINE_LENGTH) {
        const length = isHighSurrogate(rest, MAX_LINE_LENGTH - 1) ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH;
        this.#take(rest.slice(0, length), false);
        rest = rest.slice(length);
      } else break;
      from = 0;
    }
    this.#line = rest;
    return this.#closed.splice(0);
  }

  /** The text has ended: everything is closed. */
  end(): Chunk[] {
    if (this.#line !== "" || this.#isLineBegun) this.#take(this.#line, true);
    this.#line = "";
    this.#close();
    return this.#closed.splice(0);
  }

  /** What may still change, the line that has not ended included. */
  get open(): Chunk | null {
    const open = this.#open;
    const line = this.#line;
    if (open?.kind === "fence") {
      const { fence: { language }, lines, isLineOpen } = open;
      if (!isLineOpen) return { kind: "fence", id: this.#id, language, lines, partial: line };
      return { kind: "fence", id: this.#id, language, lines: lines.slice(0, -1), partial: lines.at(-1)! + line };
    }
    const fence = this.#isLineBegun ? null : fenceOf(line);
    if (!open && fence) return { kind: "fence", id: this.#id, language: fence.language, lines: [], partial: "" };
    const text = (open?.text ?? "") + line;
    if (isBlank(text)) return null;
    return {
      kind: "markdown",
      id: this.#id,
      text,
      isPlain: (open?.isPlain ?? this.#isLineBegun) || isNestedTooDeep(line),
    };
  }

  /** `\r\n`, and a `\r` by itself, are line feeds, also when they are cut in two. */
  #withoutReturns(delta: string): string {
    if (delta === "") return "";
    const text = this.#endsInReturn && delta.startsWith("\n") ? delta.slice(1) : delta;
    this.#endsInReturn = delta.endsWith("\r");
    return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
  }

  #take(line: string, isWhole: boolean): void {
    if (this.#isLineBegun) this.#continueLine(line, isWhole);
    else this.#beginLine(line, isWhole);
    this.#isLineBegun = !isWhole;
  }

  #beginLine(line: string, isWhole: boolean): void {
    const open = this.#open;
    if (open?.kind === "fence") {
      if (isWhole && closesFence(line, open.fence)) return this.#close();
      open.lines.push(line.slice(Math.min(open.fence.indent, indentOf(line))));
      open.isLineOpen = !isWhole;
      return;
    }
    if (open && cutsBefore(open, line)) {
      const header = open.kind === "text" && !interrupts(line) && !isBlank(line) ? open.header : "";
      this.#close();
      return this.#begin(line, isWhole, header);
    }
    if (!open) return this.#begin(line, isWhole, "");
    add(open, line, isWhole);
    if (open.kind === "text" && isWhole && isUnderline(line)) this.#close();
  }

  #continueLine(piece: string, isWhole: boolean): void {
    const open = this.#open;
    if (open?.kind === "fence") {
      open.lines.push(open.lines.pop()! + piece);
      open.isLineOpen = !isWhole;
    } else if (open && open.text.length < MAX_CHUNK_LENGTH) {
      open.text += isWhole ? `${piece}\n` : piece;
    } else {
      this.#close();
      this.#open = { ...emptyText, kind: "text", isPlain: true };
      this.#open.text = isWhole ? `${piece}\n` : piece;
    }
  }

  #begin(line: string, isWhole: boolean, header: string): void {
    if (isBlank(line)) return;
    const fence = isWhole ? fenceOf(line) : null;
    if (fence) {
      this.#open = { kind: "fence", fence, lines: [], isLineOpen: false };
      return;
    }
    const isOneLine = isHeading(line) || isRule(line);
    const kind = isOneLine ? "text" : kindOf(line);
    const open: OpenText = { ...emptyText, kind, text: header, header };
    this.#open = open;
    add(open, line, isWhole);
    if (isOneLine) this.#close();
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const id = this.#id++;
    this.#closed.push(
      open.kind === "fence"
        ? { kind: "fence", id, language: open.fence.language, lines: open.lines, partial: "" }
        : { kind: "markdown", id, text: open.text, isPlain: open.isPlain },
    );
  }
}

const emptyText = { text: "", isPlain: false, indent: 0, isAfterBlank: false, header: "", lineCount: 0 };

function kindOf(line: string): OpenText["kind"] {
  if (isIndented(line)) return "code";
  if (isQuote(line)) return "quote";
  return itemIndentOf(line) === null ? "text" : "list";
}

function add(open: OpenText, line: string, isWhole: boolean): void {
  open.text += isWhole ? `${line}\n` : line;
  open.lineCount++;
  open.isAfterBlank = isBlank(line);
  open.isPlain ||= isNestedTooDeep(line);
  if (open.kind === "list") {
    const indent = itemIndentOf(line);
    if (indent !== null && (open.indent === 0 || indentOf(line) < open.indent)) open.indent = indent;
  }
  if (open.kind === "text" && open.lineCount === 2 && isDelimiterRow(line) && open.text.length <= MAX_HEADER_LENGTH) {
    open.header = open.text;
  }
}

/** Whether the line ends what is open, and begins something else, or nothing. */
function cutsBefore(open: OpenText, line: string): boolean {
  const { kind, text } = open;
  const isFull = text.length + line.length > MAX_CHUNK_LENGTH;
  const isOverfull = text.length + line.length > 2 * MAX_CHUNK_LENGTH;
  switch (kind) {
    case "text":
      return isFull || isBlank(line) || (interrupts(line) && !isUnderline(line));
    case "quote":
      return isFull || isBlank(line) || (!isQuote(line) && (interrupts(line) || itemIndentOf(line) !== null));
    case "code":
      return isFull || !(isBlank(line) || isIndented(line));
    case "list": {
      if (isBlank(line)) return isOverfull;
      const isInside = indentOf(line) >= open.indent;
      const isItem = itemIndentOf(line) !== null && !isRule(line);
      if (isInside) return isOverfull;
      if (isItem) return isFull;
      return isOverfull || open.isAfterBlank || endsList(line);
    }
    default:
      return kind satisfies never;
  }
}

function interrupts(line: string): boolean {
  return endsList(line) || interruptsParagraph(line);
}

function endsList(line: string): boolean {
  return fenceOf(line) !== null || isHeading(line) || isRule(line) || isQuote(line);
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}
