/** The soak's section of docs/performance.md, between two markers, so that bench and soak leave each other's part alone. Pure. */

const BEGIN = "<!-- soak -->";
const END = "<!-- end soak -->";

/** The section with its markers, or `null` when the document has none. */
export function readSection(document: string): string | null {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  return begin < 0 || end < 0 ? null : document.slice(begin, end + END.length);
}

/** The document with this text as its section: in the place of the one that it has, or at its end. */
export function withSection(document: string, text: string): string {
  const section = `${BEGIN}\n\n${text.trim()}\n\n${END}`;
  const old = readSection(document);
  if (old === null) return `${document.trimEnd()}\n\n${section}\n`;
  return document.split(old).join(section);
}

/** A document that was written anew, with the section that the one before it had. */
export function keepSection(document: string, before: string): string {
  const section = readSection(before);
  return section === null ? document : withSection(document, section.slice(BEGIN.length, -END.length));
}
