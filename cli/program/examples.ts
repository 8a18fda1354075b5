/** The examples at the end of a command's help. They begin with `opta`; a test parses each of them. */

/** For `addHelpText("after", …)`. */
export function examples(...lines: [string, ...string[]]): string {
  return `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
