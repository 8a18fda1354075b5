/** What came of a tool call, in a few words. Pure. All of it is as it came: whoever shows it makes it safe. */
import type { ToolPart } from "@opta/protocol";

/** UTF-16 units of a result that can matter for one line. */
const MAX_LENGTH = 1_000;

type Call = Pick<ToolPart, "args" | "end">;

export function isCommand({ args }: Pick<ToolPart, "args">): boolean {
  return typeof args["command"] === "string";
}

/** What a failure says, the exit code of a command, or how much it is. */
export function resultInShort(call: Call): string {
  const { ok = true, denied, result = "", truncated } = call.end ?? {};
  const first = result.slice(0, MAX_LENGTH).split("\n", 1)[0] ?? "";
  const exit = isCommand(call) ? /^Exit code (-?\d+)/.exec(first)?.[1] : undefined;
  if (exit !== undefined) return `exit ${exit}`;
  if (!ok || denied || isCommand(call)) return first;
  const lines = countLines(result);
  return `${lines > 1 ? `${lines} lines` : first}${truncated ? ", cut" : ""}`;
}

/** What there is to read: of a command what it wrote, which follows a line about how it ended and a blank one. */
export function outputOf(call: Call): string {
  const result = call.end?.result ?? "";
  if (!isCommand(call) || call.end?.denied) return result;
  const begin = result.indexOf("\n\n");
  return begin === -1 ? "" : result.slice(begin + 2);
}

export function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < text.length - 1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** `0.1 s`, `1 min 15 s`. */
export function formatSeconds(elapsed: number): string {
  if (elapsed < 60) return `${elapsed.toFixed(1)} s`;
  return `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`;
}
