/** The change sets of a session as clients are told of them: what each one is, and what of it is undone. Pure. */
import type { ChangedFile, ChangeSet } from "@opta/protocol";
import type { ChangeSetSummary } from "../operations.ts";

const kinds = { created: "created", changed: "modified", deleted: "deleted" } as const satisfies Record<
  ChangeSetSummary["files"][number]["change"],
  ChangedFile["kind"]
>;

/** @param sets oldest first, as is the result */
export function toldChanges(sets: readonly ChangeSetSummary[]): ChangeSet[] {
  const undone = undoneSets(sets);
  const told = new Map<string, ChangeSet>();
  for (const { id, undoes, at, files } of sets) {
    const origin = undoes === null ? undefined : told.get(undoes);
    told.set(id, {
      changeSet: id,
      kind: undoes === null ? "turn" : origin?.kind === "undo" ? "redo" : "undo",
      turnId: undoes === null ? id : origin?.turnId ?? undoes, // the oldest ones go, so that an undo may outlive its turn
      undoes,
      at,
      undone: undone.has(id),
      files: files.map(({ path, change, isKept }) => ({ path, kind: kinds[change], kept: isKept })),
    });
  }
  return [...told.values()];
}

/** The turns that may have something to take back, latest first. */
export function undoableTurns(changes: readonly ChangeSet[]): ChangeSet[] {
  return changes.filter(({ kind, undone, files }) => kind === "turn" && !undone && files.some(({ kept }) => kept))
    .reverse();
}

/**
 * An undo may leave files out, which are conflicts, and may have been undone itself, in part: so it is each file that counts.
 * Seen from the latest set to the oldest, what undoes one is settled before it.
 */
function undoneSets(sets: readonly ChangeSetSummary[]): Set<string> {
  const undone = new Set<string>();
  const takenBack = new Map<string, Set<string>>();
  for (const { id, undoes, files } of sets.toReversed()) {
    const isTakenBack = (path: string) => takenBack.get(id)?.has(path) ?? false;
    const kept = files.filter(({ isKept }) => isKept);
    if (kept.length > 0 && kept.every(({ path }) => isTakenBack(path))) undone.add(id);
    if (undoes === null) continue;
    const paths = takenBack.get(undoes) ?? new Set();
    for (const { path } of files) if (!isTakenBack(path)) paths.add(path);
    takenBack.set(undoes, paths);
  }
  return undone;
}
