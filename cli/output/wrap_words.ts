/** Breaks lines between words, where a terminal would break them anywhere. Pure. */
import stringWidth from "string-width";

/**
 * Words that are wider than a line stay whole, for they may be addresses. What a line is indented by stands before its
 * other rows as well, and `hang` behind that.
 */
export function wrapWords(text: string, columns: number, hang = ""): string {
  return text.split("\n").map((line) => wrapLine(line, columns, hang)).join("\n");
}

function wrapLine(line: string, columns: number, hang: string): string {
  if (stringWidth(line) <= columns) return line;
  const [indent = ""] = /^ */.exec(line)!;
  const begin = `\n${indent}${hang}`;
  let wrapped = indent;
  let used = indent.length;
  let gap = "";
  for (const part of line.slice(indent.length).split(/( +)/)) {
    if (part.startsWith(" ")) {
      gap = part;
      continue;
    }
    const width = stringWidth(part);
    const isFirst = used <= indent.length;
    if (!isFirst && used + gap.length + width > columns) {
      wrapped += begin + part;
      used = begin.length - 1 + width;
    } else {
      wrapped += gap + part;
      used += gap.length + width;
    }
    gap = "";
  }
  return wrapped;
}
