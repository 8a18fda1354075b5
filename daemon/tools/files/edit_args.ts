import { z } from "zod";
import type { Edit } from "./operations.ts";

export const EditArgs = z.object({
  old_string: z.string().min(1).describe("The text to replace, exactly as it stands in the file, without line numbers"),
  new_string: z.string().describe("The text to put in its place; empty to take it out"),
  replace_all: z.boolean().default(false).describe("Replace it wherever it is, rather than in one place"),
});

export function editOf({ old_string, new_string, replace_all }: z.infer<typeof EditArgs>): Edit {
  return { oldString: old_string, newString: new_string, replaceAll: replace_all };
}
