import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { outcomeOf, previewOfLook, textOutcome } from "./answer_call.ts";
import { DEFAULT_FOUND_FILES, MAX_FOUND_FILES } from "./limits.ts";
import { callFiles } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = z.object({
  pattern: pathArg.describe(
    "A glob from `path`, such as src/**/*.{ts,tsx}; without a slash it is matched with the names of files at any depth",
  ),
  path: pathArg.default(".").describe("The folder to look in, from the working folder or absolute"),
  limit: z.int().min(1).max(MAX_FOUND_FILES).default(DEFAULT_FOUND_FILES).describe("The most files to give"),
  include_ignored: z.boolean().default(false).describe("Look in hidden and ignored files and in node_modules as well"),
});

export function findFilesTool(): Tool {
  return defineTool({
    name: "find_files",
    description:
      "Finds files of the workspace by a glob, the ones that were changed last first. What .gitignore leaves out, " +
      "hidden files and node_modules are skipped, unless the glob names something hidden or include_ignored is set; " +
      ".git always is, and symlinks are not followed.",
    effect: "read",
    args: Args,
    preview: ({ path }, context) => previewOfLook(path, context),
    run: ({ include_ignored: includeIgnored, ...args }, context) =>
      outcomeOf(context, async () => {
        const host = await context.hosts.reader();
        return textOutcome(await callFiles(host, "findFiles", { ...args, includeIgnored }, context));
      }),
  });
}
