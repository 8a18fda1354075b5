/**
 * Output of a program as text for a model: no colours and other escape sequences, no controls, and of a line that was
 * painted over itself, as progress bars are, what was painted last.
 */

/** CSI, then strings up to their end or the end of the line, then all other sequences. Each part excludes the next. */
// deno-lint-ignore no-control-regex
const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\)?|\x1b[ -/]*[0-~]?/g;
/** What is left of controls, but for line feed, tab and carriage return. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

export function plainOutput(text: string): string {
  const lines = text.replaceAll(SEQUENCES, "").replaceAll(CONTROLS, "").split("\n");
  return lines.map(lastPainted).join("\n").trimEnd();
}

function lastPainted(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((painted) => painted !== "") ?? "";
}
