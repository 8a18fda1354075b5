/**
 * Marks a text in what is drawn, without changing the document: with the browser's own highlights, where it has them.
 * Where it has none, the rows are still found.
 */

const ALL = "opta-found";
const CURRENT = "opta-found-here";

/** Where the text stands within an element, in order; within one text node each. */
export function rangesOf(element: Element, query: string): Range[] {
  const wanted = query.trim().toLowerCase();
  const ranges: Range[] = [];
  if (wanted === "") return ranges;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.nodeValue ?? "").toLowerCase();
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, Math.min(at + wanted.length, node.nodeValue?.length ?? 0));
      ranges.push(range);
    }
  }
  return ranges;
}

/** @param here the one that is looked at */
export function mark(ranges: readonly Range[], here: Range | null): void {
  if (typeof Highlight === "undefined") return;
  CSS.highlights.set(ALL, new Highlight(...ranges));
  if (here) CSS.highlights.set(CURRENT, new Highlight(here));
  else CSS.highlights.delete(CURRENT);
}

export function unmark(): void {
  if (typeof Highlight === "undefined") return;
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(CURRENT);
}
