/** What is written down of a turn's changes, or of those of an undo: the manifest beside the kept files. */
import { z } from "zod";

const State = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("absent") }),
  z.object({ kind: z.literal("folder"), mode: z.number().nullable() }),
  z.object({
    kind: z.literal("file"),
    mode: z.number().nullable(),
    version: z.string(),
    /** There is a file of this name with its content; not for what a change has made. */
    isKept: z.boolean(),
  }),
]);
export type StateRecord = z.infer<typeof State>;

export const ChangeSet = z.object({
  v: z.literal(1),
  id: z.string(),
  /** Place in the order of the session's change sets: clocks jump. */
  order: z.number().int(),
  undoes: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
  files: z.array(z.object({ real: z.string(), before: State, after: State })),
});
export type ChangeSet = z.infer<typeof ChangeSet>;
export type FileRecord = ChangeSet["files"][number];

/** Where the earlier content of files is kept. */
export interface Checkpoint {
  /** The turn, or the undo. */
  changeSet: string;
  undoes: string | null;
}
