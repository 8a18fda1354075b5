/** How a session gets a title that nobody has given it. */

/** Longest title made of a message, in UTF-16 units: a line of a list. */
const MAX_TITLE_LENGTH = 60;

/** A title for a session that has none: the first line of its first message. */
export function titleOf(content: string): string {
  const line = content.trim().split("\n", 1)[0]?.trim() ?? "";
  if (line.length <= MAX_TITLE_LENGTH) return line;
  const cut = line.slice(0, MAX_TITLE_LENGTH - 1);
  return `${cut.replace(/[\ud800-\udbff]$/, "")}…`; // not half of a character
}
