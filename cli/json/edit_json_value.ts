/** One change of a JSON text with comments: a value that is replaced, added at the end of its object, or taken away. Pure. */
import { applyEdits, type Edit, type Node, parseTree } from "jsonc-parser";
import { isComment, isTrivia, type Token, tokensOf } from "./json_tokens.ts";

export interface Change {
  /** The keys that lead to it. */
  path: readonly string[];
  /** `undefined` takes it away. */
  value: unknown;
}

/** @throws {Error} where a key stands twice */
export function changeValue(text: string, { path, value }: Change): string {
  let object = parseTree(text)!;
  for (const [i, key] of path.entries()) {
    const property = propertyOf(text, object, key);
    const held = property?.children?.[1];
    if (!property || !held) {
      const rest = path.slice(i + 1).reduceRight((inner, name) => ({ [name]: inner }), value);
      return value === undefined ? text : applyEdits(text, insertion(text, object, key, rest));
    }
    if (i < path.length - 1) object = held;
    else if (value === undefined) return applyEdits(text, removal(text, object, property));
    else {return applyEdits(text, [{
        ...rangeOf(held),
        content: print(text, value, lineIndent(text, property.offset)),
      }]);}
  }
  return text;
}

function propertyOf(text: string, object: Node, key: string): Node | undefined {
  const found = object.children?.filter(({ children }) => children?.[0]?.value === key) ?? [];
  if (found.length <= 1) return found[0];
  const lines = found.map(({ offset }) => text.slice(0, offset).split("\n").length);
  throw new Error(`${JSON.stringify(key)} stands in it twice (lines ${lines.join(" and ")}): take one of them away`);
}

/** A comma behind what was last, and the new one below it and below the comments that stand there. */
function insertion(text: string, object: Node, key: string, value: unknown): Edit[] {
  const close = endOf(object) - 1;
  const last = object.children?.at(-1);
  const inner = tokensOf(text, last ? endOf(last) : object.offset + 1, close);
  const comma = inner.find(({ kind }) => kind === "comma");
  const lastEnd = inner.findLast(({ kind }) => kind !== "blank")?.end ?? (last ? endOf(last) : object.offset + 1);
  const isInline = last !== undefined && !text.slice(object.offset, close).includes("\n");
  const outer = lineIndent(text, object.offset);
  const first = object.children?.[0];
  const indent = first && isFirstOnLine(text, first.offset) ? lineIndent(text, first.offset) : outer + indentOf(text);
  const edits: Edit[] = last && !comma ? [{ offset: endOf(last), length: 0, content: "," }] : [];
  const name = JSON.stringify(key);
  const tail = comma ? "," : "";
  if (isInline) {
    const tight = !/"\s*:\s/.test(text);
    const content = `${tight ? "" : " "}${name}:${tight ? "" : " "}${JSON.stringify(value)}${tail}`;
    return [...edits, { offset: lastEnd, length: 0, content }];
  }
  const eol = eolOf(text);
  const isClosedBelow = text.slice(lastEnd, close).includes("\n");
  const content = `${eol}${indent}${name}: ${print(text, value, indent)}${tail}${isClosedBelow ? "" : eol + outer}`;
  // Blanks before a brace on the same line would trail behind the new lines.
  return [...edits, { offset: lastEnd, length: isClosedBelow ? 0 : close - lastEnd, content }];
}

/** Its keys, values and one comma go; comments stay, also those within. */
function removal(text: string, object: Node, property: Node): Edit[] {
  const siblings = object.children ?? [];
  if (siblings.length === 1 && !tokensOf(text, object.offset, endOf(object)).some(isComment)) {
    return [{ offset: object.offset + 1, length: object.length - 2, content: "" }];
  }
  const before = siblings[siblings.indexOf(property) - 1];
  const after = tokensOf(text, endOf(property), endOf(object)).find((token) => !isTrivia(token));
  const follows = after?.kind === "comma" ? after : undefined;
  const precedes = follows || !before
    ? undefined
    : tokensOf(text, endOf(before), property.offset).find(({ kind }) => kind === "comma");
  const edits: Edit[] = precedes ? [{ offset: precedes.start, length: 1, content: "" }] : [];
  const end = follows ? follows.end : endOf(property);
  const kept = tokensOf(text, property.offset, end).filter(isComment);
  return [...edits, tidied(text, property.offset, end, kept, precedes !== undefined)];
}

/** Takes a range away, but for the comments in it: with its lines where nothing else stands on them, or with the blanks beside it. */
function tidied(text: string, start: number, end: number, kept: Token[], isLast: boolean): Edit {
  const rest = /^[^\n]*/.exec(text.slice(end))![0];
  const blanksAfter = /^[ \t]*/.exec(rest)![0].length;
  if (kept.length > 0) {
    const eol = eolOf(text) + lineIndent(text, start);
    const needsLine = kept.at(-1)!.kind === "line comment" && rest.trim() !== "";
    const content = kept.map((token) => text.slice(token.start, token.end)).join(eol) + (needsLine ? eol : "");
    return { offset: start, length: end - start, content };
  }
  if (!isFirstOnLine(text, start)) {
    const blanksBefore = isLast ? /[ \t]*$/.exec(text.slice(0, start))![0].length : 0;
    return {
      offset: start - blanksBefore,
      length: end - start + blanksBefore + (isLast ? 0 : blanksAfter),
      content: "",
    };
  }
  if (rest.trim() !== "") return { offset: start, length: end - start + blanksAfter, content: "" };
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = Math.min(end + rest.length + 1, text.length);
  return { offset: lineStart, length: lineEnd - lineStart, content: "" };
}

function rangeOf({ offset, length }: Node): { offset: number; length: number } {
  return { offset, length };
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function print(text: string, value: unknown, indent: string): string {
  return JSON.stringify(value, null, indentOf(text)).replaceAll("\n", eolOf(text) + indent);
}

function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))![0];
}

function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
}

/** One level of the file's own: its first line that is indented. */
function indentOf(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
