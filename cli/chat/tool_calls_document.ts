/** The tool calls of a turn as scripts read them: what was called, and whether it was done. Bounded. */
import type { ToolPart, Turn } from "@opta/protocol";

/** Calls of one turn that are listed; `stats.toolCalls` counts all. */
const MAX_CALLS = 500;
/** UTF-16 units of one argument: a file that was written would be in the document once more. */
const MAX_ARGUMENT_LENGTH = 1_000;

export interface CallDocument {
  name: string;
  args: Record<string, unknown>;
  ok: boolean;
  denied?: true;
}

export function toolCallsOf({ parts }: Turn): CallDocument[] {
  return parts.filter((part) => part.kind === "tool").slice(0, MAX_CALLS).map(documentOf);
}

/** A call that broke off was not done, as far as anybody knows. */
function documentOf({ toolName, args, end }: ToolPart): CallDocument {
  const bounded = Object.entries(args).map(([name, value]) => [name, bound(value)]);
  return {
    name: toolName,
    args: Object.fromEntries(bounded),
    ok: end?.ok ?? false,
    ...(end?.denied && { denied: true }),
  };
}

/** A long value becomes the beginning of its text. */
function bound(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length <= MAX_ARGUMENT_LENGTH ? value : `${text.slice(0, MAX_ARGUMENT_LENGTH)}…`;
}
