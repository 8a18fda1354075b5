/** What the results of the file tools say, as far as the demo model goes on from it. */

/** Before each line of a file that was read. */
const NUMBERED = /^\d+\t/;
/** A remark of the tool, below what it gives. */
const NOTE = /^\[.*\]$/;

/** The text of a file, without the numbers of its lines and the remarks below it. */
export function fileText(result: string): string {
  const lines = result.split("\n");
  if (!NUMBERED.test(lines[0] ?? "")) return NOTE.test(lines[0] ?? "") ? "" : result;
  return lines.filter((line) => NUMBERED.test(line)).map((line) => line.replace(NUMBERED, "")).join("\n");
}

/** Whether the result says that there is more of the file. */
export function isPart(result: string): boolean {
  return /^\[.*\boffset\b.*\]$/m.test(result.slice(-500));
}

/** What lies in a folder that was listed; what cannot be read is left out. */
export function entriesOf(listing: string): { files: string[]; folders: string[] } {
  const files: string[] = [];
  const folders: string[] = [];
  for (const line of listing.split("\n")) {
    const [name = "", ...rest] = line.split(/ {2,}|\t/);
    if (name === "" || NOTE.test(line)) continue;
    if (name.endsWith("/")) folders.push(name);
    else if (!/\((?:closed|symlink|gone)/.test(rest.join(" "))) files.push(name);
  }
  return { files, folders };
}
