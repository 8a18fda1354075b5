/** Project instructions, as the host that reads the workspace and the daemon speak of them. */
import { z } from "zod";

/** The first of these that a folder holds is taken. */
export const INSTRUCTION_FILES: readonly string[] = ["AGENTS.md", "OPTA.md", "CLAUDE.md"];

/** One version of a file, so that an unchanged one need not be read again. */
export const InstructionsVersion = z.object({ path: z.string(), mtimeMs: z.number(), size: z.number() });
export type InstructionsVersion = z.infer<typeof InstructionsVersion>;

export const FindInstructions = z.object({
  cwd: z.string(),
  roots: z.array(z.string()),
  known: InstructionsVersion.nullable(),
});
export type FindInstructions = z.infer<typeof FindInstructions>;

/** `text` is absent when the file is the known one, and cut at `MAX_INSTRUCTIONS_BYTES`. */
export const FoundInstructions = z.object({
  version: InstructionsVersion,
  text: z.string().optional(),
}).nullable();
export type FoundInstructions = z.infer<typeof FoundInstructions>;

/** What a project asks of whoever works in it. */
export interface Instructions {
  path: string;
  text: string;
  /** The file is longer. */
  isCut: boolean;
}
