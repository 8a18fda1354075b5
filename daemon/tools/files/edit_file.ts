import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { previewChanges, runChanges } from "./change_files.ts";
import { EditArgs, editOf } from "./edit_args.ts";
import type { FileMemory } from "./file_memory.ts";
import type { Change } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = EditArgs.extend({ path: pathArg.describe("The file, from the working folder or absolute") });

export function editFileTool(memory: FileMemory): Tool {
  const changes = (
    { path, ...edit }: z.infer<typeof Args>,
  ): Change[] => [{ kind: "edit", path, edits: [editOf(edit)] }];
  return defineTool({
    name: "edit_file",
    description:
      "Replaces a piece of text in a file that was read before. old_string must be exactly what the file says, " +
      "indentation included, and be there once: give as much around it as makes it unique, or set replace_all. Line " +
      "endings, encoding and mode of the file stay.",
    effect: "edit",
    args: Args,
    preview: (args, context) => previewChanges(memory, changes(args), context, { mustBeSeen: true }),
    run: (args, context) => runChanges(memory, changes(args), context),
  });
}
