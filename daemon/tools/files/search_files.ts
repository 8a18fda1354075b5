import { z } from "zod";
import { defineTool, type Tool, type ToolContext } from "../tool.ts";
import { HostError } from "../host/host_process.ts";
import { outcomeOf, previewOfLook, textOutcome } from "./answer_call.ts";
import { DEFAULT_MATCHES, MAX_CONTEXT_LINES, MAX_MATCHES } from "./limits.ts";
import { callFiles, type OperationArgs, type OperationResult } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const MAX_PATTERN_LENGTH = 2_000;
/** After the time that the host keeps by itself: it is stuck in one pattern then. */
const STUCK_GRACE_MS = 2_000;

const Args = z.object({
  pattern: z.string().min(1).max(MAX_PATTERN_LENGTH).describe(
    "A regular expression as of JavaScript, which is matched with single lines",
  ),
  literal: z.boolean().default(false).describe("The pattern is plain text"),
  ignore_case: z.boolean().default(false).describe("Take upper and lower case for the same"),
  path: pathArg.default(".").describe("The folder or file to look in, from the working folder or absolute"),
  glob: pathArg.optional().describe("Only files that match this glob, such as *.ts or src/**/*.md"),
  context: z.int().min(0).max(MAX_CONTEXT_LINES).default(0).describe("Lines to give before and after each match"),
  limit: z.int().min(1).max(MAX_MATCHES).default(DEFAULT_MATCHES).describe("The most matching lines to give"),
  include_ignored: z.boolean().default(false).describe("Look in hidden and ignored files and in node_modules as well"),
});

export function searchFilesTool({ limitMs }: { limitMs: number }): Tool {
  return defineTool({
    name: "search_files",
    description:
      "Searches the text files of the workspace for a pattern and gives the lines that match, with their numbers, " +
      "under the path of their file. What .gitignore leaves out, hidden files, node_modules, binary files and symlinks are " +
      "skipped. Use it rather than a command such as grep.",
    effect: "read",
    args: Args,
    preview: ({ path }, context) => previewOfLook(path, context),
    run: ({ literal, ignore_case, glob, context: contextLines, include_ignored, ...args }, context) =>
      outcomeOf(context, async () => {
        const flags = { isLiteral: literal, ignoreCase: ignore_case, includeIgnored: include_ignored };
        const found = await search({ ...args, ...flags, glob: glob ?? null, contextLines, limitMs }, context);
        return found ? textOutcome(found) : { ok: false, result: tooSlow(limitMs) };
      }),
  });
}

/** `null` when it had to be killed: one line can keep a pattern busy for ever, and its process with it. */
async function search(
  args: OperationArgs<"searchFiles">,
  { hosts, signal }: ToolContext,
): Promise<OperationResult<"searchFiles"> | null> {
  const stuck = new AbortController();
  const timer = setTimeout(() => stuck.abort(), args.limitMs + STUCK_GRACE_MS);
  try {
    return await callFiles(await hosts.searcher(), "searchFiles", args, {
      signal: AbortSignal.any([signal, stuck.signal]),
    });
  } catch (error) {
    if (error instanceof HostError && stuck.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(limitMs: number): string {
  return `The search was stopped after ${limitMs / 1_000} seconds: the pattern takes too long on some line. ` +
    "Avoid repetitions within repetitions, such as (a+)+, or set literal";
}
