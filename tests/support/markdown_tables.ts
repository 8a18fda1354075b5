/** The tables of a page, for tests that hold the code to it. */

/** Their rows, without the head, by the first cell of the head; tables of one head count as one. */
export function tablesUnder(markdown: string, heading: string): Map<string, string[][]> {
  const [, section = ""] = markdown.split(`\n## ${heading}\n`);
  const tables = new Map<string, string[][]>();
  for (const [block] of (section.split("\n## ")[0] ?? "").matchAll(/(?:^\|.*\n?)+/gm)) {
    const [head, , ...rows] = block.trim().split("\n").map(cellsOf);
    const name = head![0]!;
    tables.set(name, [...tables.get(name) ?? [], ...rows]);
  }
  return tables;
}

/** What a cell has between backticks. */
export function codesOf(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, text]) => text!);
}

function cellsOf(line: string): string[] {
  return line.replace(/^\|/, "").replace(/\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}
