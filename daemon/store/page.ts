/** One page of a log while it is being filled: it takes lines, in order, until a bound is reached. */
import { Buffer } from "node:buffer";
import type { LogLine, PageLimit } from "./store.ts";

export class Page {
  readonly lines: LogLine[] = [];
  readonly #limit: PageLimit;
  #bytes = 0;

  constructor(limit: PageLimit) {
    this.#limit = limit;
  }

  /** `false`: the page is full and did not take the line. The first line always fits. */
  add(line: LogLine): boolean {
    const bytes = this.#bytes + byteLength(line);
    if (this.lines.length > 0 && (this.lines.length >= this.#limit.maxEvents || bytes > this.#limit.maxBytes)) {
      return false;
    }
    this.#bytes = bytes;
    this.lines.push(line);
    return true;
  }
}

/** The page that begins with `lines[start]`. */
export function pageOf(lines: readonly LogLine[], start: number, limit: PageLimit): LogLine[] {
  const page = new Page(limit);
  for (let i = start; i < lines.length; i++) {
    const line = lines[i];
    if (!line || !page.add(line)) break;
  }
  return page.lines;
}

/** Size of a line as it is stored and sent. */
export function byteLength(line: LogLine): number {
  return Buffer.byteLength(line.line);
}
