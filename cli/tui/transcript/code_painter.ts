/**
 * Colours code that comes line by line. A grammar must see what stands before a line, or it takes the end of a comment for
 * its beginning; but not all of it, or each line would cost the whole block. So it sees the lines since the last one that
 * began outside of everything.
 */
import { colour, type ColouredLine } from "./layout_code.ts";

/** Lines before the new ones that are looked at again, and the most when no line among them is a good beginning. */
const CONTEXT_LINES = 4;
const MAX_CONTEXT_LINES = 60;

export class CodePainter {
  readonly #language: string;
  #context: string[] = [];

  constructor(language: string) {
    this.#language = language;
  }

  /** The colours of the lines that come next. */
  add(lines: readonly string[]): readonly ColouredLine[] | null {
    const all = [...this.#context, ...lines];
    const colours = colour(all.join("\n"), this.#language);
    const colouredLines = colours?.slice(this.#context.length) ?? null;
    this.#context = all.slice(contextStart(all.length, colours));
    return colouredLines;
  }

  /** The same for lines that are not settled: they are no part of what later ones see. */
  peek(lines: readonly string[]): readonly ColouredLine[] | null {
    return colour([...this.#context, ...lines].join("\n"), this.#language)?.slice(this.#context.length) ?? null;
  }
}

function contextStart(length: number, colours: readonly ColouredLine[] | null): number {
  const least = Math.max(0, length - MAX_CONTEXT_LINES);
  if (!colours) return Math.max(0, length - CONTEXT_LINES);
  for (let at = Math.max(0, length - CONTEXT_LINES); at > least; at--) {
    if (!isWithin(colours, at)) return at;
  }
  return least;
}

/** Whether the line seems to begin within a comment or a string of several lines. */
function isWithin(colours: readonly ColouredLine[], at: number): boolean {
  const before = colours[at - 1]?.at(-1)?.kind ?? null;
  const first = colours[at]?.[0]?.kind ?? null;
  const isLong = (kind: unknown) => kind === "comment" || kind === "string";
  if (colours[at]?.length === 0) return true; // an empty line tells nothing
  return isLong(first) && (before === first || colours[at - 1]?.length === 0);
}
