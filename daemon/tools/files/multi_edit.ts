import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { previewChanges, runChanges } from "./change_files.ts";
import { EditArgs, editOf } from "./edit_args.ts";
import type { FileMemory } from "./file_memory.ts";
import { MAX_EDITED_FILES, MAX_EDITS } from "./limits.ts";
import type { Change } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const FileEdits = z.object({
  path: pathArg.describe("The file, from the working folder or absolute"),
  edits: z.array(EditArgs).min(1).max(MAX_EDITS).describe("Made in this order, each on what the one before has made"),
});
const Args = z.object({
  files: z.array(FileEdits).min(1).max(MAX_EDITED_FILES).describe("The files to edit, each read before"),
});

export function multiEditTool(memory: FileMemory): Tool {
  const changes = ({ files }: z.infer<typeof Args>): Change[] =>
    files.map(({ path, edits }) => ({ kind: "edit", path, edits: edits.map(editOf) }));
  return defineTool({
    name: "multi_edit",
    description:
      "Makes several edits, in one file or in several, all or none: when one of them cannot be made, nothing " +
      "changes. Each edit is as in edit_file. Use it for changes that belong together, such as a name and all its uses.",
    effect: "edit",
    args: Args,
    preview: (args, context) => previewChanges(memory, changes(args), context, { mustBeSeen: true }),
    run: (args, context) => runChanges(memory, changes(args), context),
  });
}
