import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";
import { outcomeOf, previewOfLook, textOutcome } from "./answer_call.ts";
import type { FileMemory } from "./file_memory.ts";
import { DEFAULT_READ_LINES } from "./limits.ts";
import { callFiles } from "./operations.ts";
import { pathArg } from "./path_arg.ts";

const Args = z.object({
  path: pathArg.describe("The file, from the working folder or absolute"),
  offset: z.int().min(1).default(1).describe("The first line to give, counted from 1"),
  limit: z.int().min(1).default(DEFAULT_READ_LINES).describe("The most lines to give"),
});

export function readFileTool(memory: FileMemory): Tool {
  return defineTool({
    name: "read_file",
    description:
      "Reads a text file of the workspace (UTF-8, or UTF-16 with a byte order mark), each line with its number " +
      "and a tab before it, which are no part of the file. A file must be read before it is edited or overwritten. Long " +
      "files come in parts: go on with offset. Hidden files such as .env can be read and may hold secrets: read them only " +
      "when the task needs it.",
    effect: "read",
    args: Args,
    preview: ({ path }, context) => previewOfLook(path, context),
    run: (args, context) =>
      outcomeOf(context, async () => {
        const read = await callFiles(await context.hosts.reader(), "readFile", args, context);
        memory.saw(context.sessionId, read.real, read.version);
        return textOutcome(read);
      }),
  });
}
