/** What a line of markdown begins or is, as far as cutting a text into blocks needs it. Pure; the same rules as the lexer's. */

export interface Fence {
  mark: string;
  indent: number;
  language: string;
}

const fenceStart = /^( {0,3})(`{3,}|~{3,})(.*)$/;
const heading = /^ {0,3}#{1,6}(?=\s|$)/;
const rule = /^ {0,3}(?:(?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/;
const underline = /^ {0,3}-+[ \t]*$/;
const anyUnderline = /^ {0,3}(?:-+|=+)[ \t]*$/;
const quote = /^ {0,3}>/;
const indented = /^(?: {4}| {0,3}\t)/;
const item = /^([ \t]*)([*+-]|\d{1,9}[.)])(?:([ \t]+)(?=\S)|[ \t]*$)/;
/** Fewer items begin a list in the middle of a paragraph: a year at the start of a line does not. */
const interruptingItem = /^ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t]/;
const delimiterRow = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Containers within containers that a lexer is trusted with: it calls itself for each. */
const MAX_NESTING = 24;
const nesting = new RegExp(`^(?:[ \\t]*(?:>|[*+-](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))){${MAX_NESTING}}`);

export const isBlank = (line: string): boolean => line.trim() === "";
export const isHeading = (line: string): boolean => heading.test(line);
export const isRule = (line: string): boolean => rule.test(line);
/** Below a paragraph it makes a heading of it. */
export const isUnderline = (line: string): boolean => underline.test(line);
export const isAnyUnderline = (line: string): boolean => anyUnderline.test(line);
export const isQuote = (line: string): boolean => quote.test(line);
export const isIndented = (line: string): boolean => indented.test(line);
export const isDelimiterRow = (line: string): boolean => line.includes("|") && delimiterRow.test(line);
export const interruptsParagraph = (line: string): boolean => interruptingItem.test(line);
export const isNestedTooDeep = (line: string): boolean => nesting.test(line);

/** Columns before the first character that is seen. */
export function indentOf(line: string): number {
  const [space = ""] = /^[ \t]*/.exec(line)!;
  return space.replaceAll("\t", "    ").length;
}

/** The column in which the content of a list's item begins; `null` for another line. */
export function itemIndentOf(line: string): number | null {
  const match = item.exec(line);
  if (!match) return null;
  const gap = match[3]?.length ?? 1;
  return indentOf(line) + match[2]!.length + (gap > 4 ? 1 : gap); // more of a gap is code in the item
}

export function fenceOf(line: string): Fence | null {
  const match = fenceStart.exec(line);
  if (!match) return null;
  const [, space = "", mark = "", info = ""] = match;
  if (mark.startsWith("`") && info.includes("`")) return null;
  return { mark, indent: space.length, language: languageOf(info) };
}

/** The first word of what stands behind a fence. */
export function languageOf(info: string): string {
  return /^\S*/.exec(info.trim())![0];
}

export function closesFence(line: string, { mark }: Fence): boolean {
  const end = line.trim();
  return end.length >= mark.length && indentOf(line) <= 3 && end === mark[0]!.repeat(end.length);
}
