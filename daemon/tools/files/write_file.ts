import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { previewChanges, runChanges } from "./change_files.ts";
import type { FileMemory } from "./file_memory.ts";
import type { Change } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = z.object({
  path: pathArg.describe("The file, from the working folder or absolute"),
  content: z.string().describe("All that the file is to hold"),
});

export function writeFileTool(memory: FileMemory): Tool {
  const changes = (args: z.infer<typeof Args>): Change[] => [{ kind: "write", ...args }];
  return defineTool({
    name: "write_file",
    description:
      "Makes a file with this content, and the folders above it, or replaces all that a file holds. One that is " +
      "there must have been read before; its encoding, line endings, final newline and mode stay. To change a part of a " +
      "file use edit_file.",
    effect: "edit",
    args: Args,
    preview: (args, context) => previewChanges(memory, changes(args), context, { mustBeSeen: true }),
    run: (args, context) => runChanges(memory, changes(args), context),
  });
}
