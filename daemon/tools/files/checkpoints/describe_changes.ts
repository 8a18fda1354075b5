/** What the change sets of a session have done, for people: as lists, and as diffs. */
import { type FileState, readPlace, versionOfState } from "../host/file_state.ts";
import { shownPath } from "../host/locate.ts";
import { Refusal } from "../host/refusal.ts";
import { type DiffSides, type Side, unifiedDiff } from "../host/unified_diff.ts";
import type { ChangeSetSummary } from "../operations.ts";
import type { Scope } from "../scope.ts";
import type { ChangeSet, FileRecord, StateRecord } from "./change_set.ts";
import { type CheckpointStore, versionOfRecord } from "./checkpoint_store.ts";

/** Oldest first. */
export async function summarise(scope: Scope, store: CheckpointStore): Promise<ChangeSetSummary[]> {
  return (await store.list()).map(({ id, undoes, at, files }) => ({
    id,
    undoes,
    at,
    files: files.map((file) => ({
      path: shownPath(scope, file.real),
      change: kindOf(file),
      isKept: file.before.kind !== "file" || file.before.isKept,
    })),
  }));
}

/** @param andLater with all that came after it, against what is there now */
export async function diffOfChanges(
  scope: Scope,
  store: CheckpointStore,
  { changeSet, andLater }: { changeSet: string; andLater: boolean },
): Promise<string> {
  const all = await store.list();
  const index = all.findIndex(({ id }) => id === changeSet);
  if (index === -1) throw new Refusal(`There is no checkpoint of ${changeSet}`);
  const files = firstOf(andLater ? all.slice(index) : all.slice(index, index + 1));
  const sides: DiffSides[] = [];
  for (const file of files) {
    const shown = shownPath(scope, file.real);
    const before = await contentOf(scope, store, file, file.before);
    const after = andLater ? await presentOf(scope, file) : await contentOf(scope, store, file, file.after);
    sides.push({ shown, before, after });
  }
  return await unifiedDiff(sides);
}

/** Of each file the first record: what was there before all of them. */
function firstOf(sets: readonly ChangeSet[]): FileRecord[] {
  const first = new Map<string, FileRecord>();
  for (const file of sets.flatMap(({ files }) => files)) if (!first.has(file.real)) first.set(file.real, file);
  return [...first.values()];
}

function kindOf({ before, after }: FileRecord): ChangeSetSummary["files"][number]["change"] {
  return before.kind === "absent" ? "created" : after.kind === "absent" ? "deleted" : "changed";
}

async function contentOf(
  scope: Scope,
  store: CheckpointStore,
  file: FileRecord,
  record: StateRecord,
): Promise<Side> {
  if (record.kind !== "file") return null;
  const kept = await store.content(record.version);
  if (kept) return kept;
  const present = await stateNow(scope, file);
  return present?.kind === "file" && versionOfState(present) === versionOfRecord(record) && present.bytes
    ? present.bytes
    : "unknown";
}

async function presentOf(scope: Scope, file: FileRecord): Promise<Side> {
  const present = await stateNow(scope, file);
  if (!present) return "unknown";
  return present.kind === "file" ? present.bytes ?? "unknown" : null;
}

async function stateNow(scope: Scope, { real }: FileRecord): Promise<FileState | null> {
  try {
    return (await readPlace(scope, real)).state;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
