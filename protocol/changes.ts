/**
 * What the turns of a session have changed in files, and the way back: queries, bodies and answers of the routes.
 *
 * Source: protocol v3, additive. Paths are as people see them: from the session's working folder where they lie in it.
 */
import * as z from "zod";
import { UndoKind } from "./event.ts";

/** `turn_…`, or `undo_…` for an undo, which is a change set itself, so that it can be undone. */
const changeSet = z.string().min(1).max(200);

export const ChangedFile = z.object({
  path: z.string(),
  kind: z.enum(["created", "modified", "deleted"]),
  /** What was there before is kept; of a file that is too large it is not, so that it cannot come back. */
  kept: z.boolean(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

/** What a turn has changed, or an undo, or a `redo`, which is the undo of an undo. */
export const ChangeSet = z.object({
  changeSet: z.string(),
  kind: z.enum(["turn", ...UndoKind.options]),
  /** The turn whose changes these are; of an undo, those that it took back. */
  turnId: z.string(),
  /** The change set that this one took back. */
  undoes: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
  /** All of it that can be taken back has been. */
  undone: z.boolean(),
  files: z.array(ChangedFile),
});
export type ChangeSet = z.infer<typeof ChangeSet>;

/** Oldest first. The oldest of a long session are no longer there. */
export const ChangeList = z.object({ changes: z.array(ChangeSet) });
export type ChangeList = z.infer<typeof ChangeList>;

/**
 * `andLater=1`: with all that came after it, up to what is there now. Without `changeSet` the latest turn is meant that is
 * not undone; with `andLater=1`, the oldest change set.
 */
export const ChangeDiffQuery = z.object({ changeSet: changeSet.optional(), andLater: z.enum(["0", "1"]).default("0") });
export type ChangeDiffQuery = z.infer<typeof ChangeDiffQuery>;

/** A unified diff, cut when it is very long, which it says. `changeSet` is `null` when there is none to show. */
export const ChangeDiff = z.object({ changeSet: z.string().nullable(), diff: z.string() });
export type ChangeDiff = z.infer<typeof ChangeDiff>;

/**
 * Without `changeSet` the latest turn is meant whose changes are still there. `force` also takes files back that have been
 * changed since.
 */
export const UndoBody = z.object({ changeSet: changeSet.optional(), force: z.boolean().optional() });
export type UndoBody = z.infer<typeof UndoBody>;

export const UndoResult = z.object({
  /** What was taken back. */
  changeSet: z.string(),
  turnId: z.string(),
  kind: UndoKind,
  /** The change set of the undo itself; `null` when no file was changed. */
  undoId: z.string().nullable(),
  restored: z.array(z.string()),
  /** Left as they are, and why. */
  conflicts: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type UndoResult = z.infer<typeof UndoResult>;
