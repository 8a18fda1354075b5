/** What a file host can be asked for: one table for both ends of the pipe. */
import { z } from "zod";
import type { CallOptions, HostProcess } from "../host/host_process.ts";

const text = z.object({
  text: z.string(),
  /** There is more than `text` says. */
  truncated: z.boolean(),
});

/** What a file holds, as far as it matters whether it is still the same; `null` when there is none. */
const version = z.string().nullable();

const Edit = z.object({ oldString: z.string(), newString: z.string(), replaceAll: z.boolean() });
export type Edit = z.infer<typeof Edit>;

const Change = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("edit"), path: z.string(), edits: z.array(Edit) }),
  z.object({ kind: z.literal("write"), path: z.string(), content: z.string() }),
  z.object({ kind: z.literal("delete"), path: z.string() }),
]);
export type Change = z.infer<typeof Change>;

/** A file before or after a change. `shown` is its path for people: from the working folder where it lies in it. */
const FileVersion = z.object({ real: z.string(), shown: z.string(), version });
export type FileVersion = z.infer<typeof FileVersion>;

const ChangedFile = z.object({
  path: z.string(),
  change: z.enum(["created", "changed", "deleted"]),
  /** What was there before is kept; a file that is too large is not. */
  isKept: z.boolean(),
});

const ChangeSetSummary = z.object({
  /** The id of the turn, or that of the undo. */
  id: z.string(),
  /** The change set that this one took back. */
  undoes: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
  files: z.array(ChangedFile),
});
export type ChangeSetSummary = z.infer<typeof ChangeSetSummary>;

const UndoReport = z.object({
  /** The change set of the undo itself, which can be undone; `null` when nothing was to do. */
  id: z.string().nullable(),
  restored: z.array(z.string()),
  /** Left as they are, and why. */
  conflicts: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type UndoReport = z.infer<typeof UndoReport>;

export const operations = {
  locate: { args: z.object({ path: z.string() }), result: z.object({ shown: z.string() }) },
  readFile: {
    args: z.object({ path: z.string(), offset: z.number(), limit: z.number() }),
    result: text.extend({ real: z.string(), version: z.string() }),
  },
  listFolder: { args: z.object({ path: z.string() }), result: text },
  findFiles: {
    args: z.object({ pattern: z.string(), path: z.string(), limit: z.number(), includeIgnored: z.boolean() }),
    result: text,
  },
  searchFiles: {
    args: z.object({
      pattern: z.string(),
      isLiteral: z.boolean(),
      ignoreCase: z.boolean(),
      path: z.string(),
      glob: z.string().nullable(),
      contextLines: z.number(),
      limit: z.number(),
      includeIgnored: z.boolean(),
      /** Give what was found when it takes longer. */
      limitMs: z.number(),
    }),
    result: text,
  },
  previewChanges: {
    args: z.object({ changes: z.array(Change) }),
    result: z.object({ files: z.array(FileVersion), diff: z.string() }),
  },
  applyChanges: {
    args: z.object({
      changes: z.array(Change),
      /** The versions that the changes were made for, by real path. */
      bases: z.record(z.string(), version),
      /** Where the checkpoint is kept; `null`: nowhere. */
      changeSet: z.string().nullable(),
    }),
    result: z.object({ files: z.array(FileVersion), notes: z.array(z.string()) }),
  },
  listChanges: { args: z.object({}), result: z.object({ changeSets: z.array(ChangeSetSummary) }) },
  diffChanges: {
    args: z.object({
      changeSet: z.string(),
      /** With all that came after it, against what is there now. */
      andLater: z.boolean(),
    }),
    result: z.object({ diff: z.string() }),
  },
  undoChanges: { args: z.object({ changeSet: z.string(), force: z.boolean() }), result: UndoReport },
} as const;

export type OperationName = keyof typeof operations;
export type OperationArgs<Name extends OperationName> = z.infer<(typeof operations)[Name]["args"]>;
export type OperationResult<Name extends OperationName> = z.infer<(typeof operations)[Name]["result"]>;

/** @throws {HostError} with the words of the host, when it could not be done */
export async function callFiles<Name extends OperationName>(
  host: HostProcess,
  name: Name,
  args: OperationArgs<Name>,
  options: CallOptions,
): Promise<OperationResult<Name>> {
  const result: unknown = await host.call(name, args, options);
  return operations[name].result.parse(result) as OperationResult<Name>;
}
