import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { previewChanges, runChanges } from "./change_files.ts";
import type { FileMemory } from "./file_memory.ts";
import type { Change } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = z.object({
  path: pathArg.describe(
    "The file or empty folder, from the working folder or absolute",
  ),
});

export function deleteFileTool(memory: FileMemory): Tool {
  const changes = ({ path }: z.infer<typeof Args>): Change[] => [{ kind: "delete", path }];
  return defineTool({
    name: "delete_file",
    description: "Deletes one file, or a folder with nothing in it. No symlinks.",
    effect: "edit",
    args: Args,
    preview: async (args, context) => ({
      ...await previewChanges(memory, changes(args), context, { mustBeSeen: false }),
      isDestructive: true,
    }),
    run: (args, context) => runChanges(memory, changes(args), context),
  });
}
