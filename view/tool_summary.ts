/** A tool call in one line: its name, and what it is about. Pure. */
import type { ToolPart } from "@opta/protocol";

/** UTF-16 units of a name or an argument that can matter for one line. */
const MAX_LENGTH = 1_000;
/** Items of a list that are named: more do not fit a line. */
const LISTED_ITEMS = 20;

/** The arguments that say what a call is about, the most telling one first: of a search not where, but what for. */
const telling = ["command", "pattern", "query", "question", "path", "url", "processId"];
const listedKeys = ["path", "text"];

export interface CallSummary {
  name: string;
  /** As it came, but for its length: whoever shows it makes it safe, and one line of it. */
  subject: string;
}

/** `run_command` and `npm test`; without a telling argument the first one there is, or nothing. */
export function summarizeCall({ toolName, args }: Pick<ToolPart, "toolName" | "args">): CallSummary {
  const key = telling.find((key) => typeof args[key] === "string") ?? Object.keys(args)[0];
  const value = key === undefined ? "" : args[key];
  const subject = typeof value === "string" ? value : listed(value) ?? JSON.stringify(value) ?? "";
  return { name: toolName.slice(0, MAX_LENGTH), subject: subject.slice(0, MAX_LENGTH) };
}

/** Of a list of objects, as an edit of several files has: what each is about. `null` for anything else. */
function listed(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const texts = value.slice(0, LISTED_ITEMS).map((item: unknown) => {
    const entries = typeof item === "object" && item !== null ? Object.entries(item) : [];
    return entries.find(([key, text]) => listedKeys.includes(key) && typeof text === "string")?.[1];
  });
  return texts.every((text) => typeof text === "string") ? texts.join(", ") : null;
}
