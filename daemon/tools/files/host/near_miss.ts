/** What a piece of text that was not found may have been meant to be: a model mends it faster when it is told. Pure. */

/** Lines of the file that are shown. */
const MAX_SHOWN_LINES = 40;
/** Of these lines, in UTF-16 units. */
const MAX_SHOWN_LENGTH = 4_000;
/** Lines compared with lines: in a file of equal lines each is compared with each. */
const MAX_COMPARISONS = 50_000_000;

export function nearMiss(text: string, wanted: string): string {
  if (/^ *\d+\t/.test(wanted)) {
    return "It begins with a line number: leave out the numbers that read_file puts before each line";
  }
  const lines = text.split("\n");
  const wantedLines = wanted.split("\n");
  while (wantedLines.at(-1)?.trim() === "") wantedLines.pop();
  while (wantedLines[0]?.trim() === "") wantedLines.shift();
  const start = looseIndex(lines, wantedLines);
  if (start === -1) return "Read the file again and copy the text exactly";
  const end = start + wantedLines.length;
  const shown = lines.slice(start, Math.min(end, start + MAX_SHOWN_LINES)).join("\n").slice(0, MAX_SHOWN_LENGTH);
  const place = wantedLines.length === 1
    ? `line ${start + 1}, which reads`
    : `lines ${start + 1} to ${end}, which read`;
  return `But for white space it is ${place}:\n${shown}`;
}

/** Where the lines stand when white space does not count; -1: nowhere. */
function looseIndex(lines: readonly string[], wanted: readonly string[]): number {
  const [first, ...rest] = wanted.map(squeeze);
  if (first === undefined || lines.length * wanted.length > MAX_COMPARISONS) return -1;
  const squeezed = lines.map(squeeze);
  return squeezed.findIndex((line, i) => line === first && rest.every((other, k) => squeezed[i + 1 + k] === other));
}

function squeeze(line: string): string {
  return line.replaceAll(/\s+/g, "");
}
