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
  isAnyUnderline,
  isBlank,
  isHeading,
  isNestedTooDeep,
  isRule,
  isUnderline,
} from "./line_kinds.ts";
import { neutralPlaces } from "./neutral_places.ts";
import { add, cutsBefore, emptyText, type Form, kindOf, MAX_CHUNK_LENGTH, type OpenText } from "./open_text.ts";

/** Units after which a line is looked at in pieces; only the first says what it is. */
const MAX_LINE_LENGTH = 4_096;
export type Chunk =
  | { kind: "fence"; id: number; language: string; lines: readonly string[]; partial: string }
  /** `continues`: it goes on with the chunk before, which had become too long. */
  | { kind: "markdown"; id: number; text: string; form: Form; continues: boolean };

interface OpenFence {
  kind: "fence";
  fence: Fence;
  lines: string[];
  isLineOpen: boolean;
}

export class BlockScanner {
  #open: OpenFence | OpenText | null = null;
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
    const { form, continues } = open ?? { form: this.#isLineBegun ? "inline" : "blocks", continues: this.#isLineBegun };
    return { kind: "markdown", id: this.#id, text, form: isNestedTooDeep(line) ? "plain" : form, continues };
  }

  /** Where the open chunk can be cut, so that what stands before is what it would be in the whole. */
  get places(): number[] {
    const open = this.#open;
    if (open?.kind === "list") return open.itemStarts;
    if (open && open.kind !== "text") return [];
    if (open && open.header !== "") return rowStarts(open);
    if (!open && !this.#isLineBegun && kindOf(this.#line) !== "text") return [];
    const before = open?.text ?? "";
    const places = neutralPlaces(before + this.#line);
    if (this.#isLineBegun) return places;
    const least = before.length + (firstWord.exec(this.#line)?.[0].length ?? Infinity);
    return places.filter((place) => place < before.length || place > least);
  }

  /** Closes the open chunk up to one of its `places`; the rest goes on with it. */
  cutAt(place: number): Chunk[] {
    const before = this.#open;
    if (before?.kind === "fence") throw new TypeError("A fence has no place to be cut");
    const open: OpenText = before ?? { ...emptyText, kind: "text", itemStarts: [] };
    const { text, header, itemStarts } = open;
    const line = Math.max(0, place - text.length); // of the line that has not ended
    this.#open = { ...open, text: text.slice(0, place) + this.#line.slice(0, line) };
    this.#close();
    this.#line = this.#line.slice(line);
    if (line > 0) this.#isLineBegun = true;
    this.#open = {
      ...open,
      text: header + text.slice(place),
      form: open.kind === "text" && header === "" ? "inline" : open.form, // what begins a block would be words in the whole
      continues: true,
      itemStarts: itemStarts.filter((start) => start > place).map((start) => start - place),
    };
    return this.#closed.splice(0);
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
    const cut = open ? cutsBefore(open, line) : null;
    if (open && cut) {
      this.#close();
      return this.#begin(line, isWhole, cut === "full" ? open.header : "", cut === "full");
    }
    if (!open) return this.#begin(line, isWhole);
    // What is settled of a heading is a paragraph, and so is the rest of it.
    if (open.kind === "text" && open.form === "inline" && isWhole && isAnyUnderline(line)) return this.#close();
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
      const text = isWhole ? `${piece}\n` : piece;
      this.#open = { ...emptyText, kind: "text", itemStarts: [], text, form: "inline", continues: true };
    }
  }

  #begin(line: string, isWhole: boolean, header = "", continues = false): void {
    if (isBlank(line)) return;
    const fence = isWhole ? fenceOf(line) : null;
    if (fence) {
      this.#open = { kind: "fence", fence, lines: [], isLineOpen: false };
      return;
    }
    const isOneLine = isHeading(line) || isRule(line);
    const kind = isOneLine ? "text" : kindOf(line);
    const open: OpenText = { ...emptyText, kind, text: header, header, continues, itemStarts: [] };
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
        : { kind: "markdown", id, text: open.text, form: open.form, continues: open.continues },
    );
  }
}

/** With a word at its beginning a line is words, whatever follows: before, it may yet become an item or an underline. */
const firstWord = /^[^\p{L}]*\p{L}+/u;

function rowStarts({ text, header }: OpenText): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf("\n", header.length); at >= 0 && at < text.length - 1; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}
