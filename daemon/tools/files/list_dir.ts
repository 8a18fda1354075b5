import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { outcomeOf, previewOfLook, textOutcome } from "./answer_call.ts";
import { MAX_LISTED_ENTRIES } from "./limits.ts";
import { callFiles } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = z.object({
  path: pathArg.default(".").describe("The folder, from the working folder or absolute"),
});

export function listDirTool(): Tool {
  return defineTool({
    name: "list_dir",
    description:
      "Lists what lies in one folder of the workspace, sorted by name, hidden entries included: folders end with " +
      `a slash, files have their sizes. It gives ${MAX_LISTED_ENTRIES} entries at the most. To look further down, use find_files.`,
    effect: "read",
    args: Args,
    preview: ({ path }, context) => previewOfLook(path, context),
    run: (args, context) =>
      outcomeOf(
        context,
        async () => textOutcome(await callFiles(await context.hosts.reader(), "listFolder", args, context)),
      ),
  });
}
