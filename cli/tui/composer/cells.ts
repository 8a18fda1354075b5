/** What a character of the text takes of a row: what is shown for it, and how wide that is. Pure but for what it remembers. */
import stringWidth from "string-width";
import { fitWidth } from "../../chat/fit_width.ts";
import { sanitize } from "../../output/sanitize.ts";

export interface Cell {
  readonly shown: string;
  readonly width: number;
}

/** What is shown in place of a character, which stands for more than itself; `null` for the character itself. */
export type LabelOf = (character: string) => string | null;

const TAB = "    ";
/** In place of a character that is wider than a row. */
const TOO_WIDE = "\ufffd";
/** Widths that are remembered: the characters of a language that are in use. */
const MAX_REMEMBERED = 4_096;

const remembered = new Map<string, Cell>();

/** @param columns of the row, which no character is wider than */
export function cellOf(character: string, columns: number, labelOf: LabelOf): Cell {
  const code = character.charCodeAt(0);
  if (character.length === 1 && code >= 0x20 && code < 0x7f) return { shown: character, width: 1 };
  const label = labelOf(character);
  if (label !== null) {
    const shown = fitWidth(label, columns);
    return { shown, width: stringWidth(shown) };
  }
  const cell = remembered.get(character) ?? remember(character);
  return cell.width <= columns ? cell : { shown: TOO_WIDE, width: 1 };
}

function remember(character: string): Cell {
  const shown = character === "\t" ? TAB : sanitize(character);
  const cell = { shown, width: stringWidth(shown) };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(character, cell);
  return cell;
}
