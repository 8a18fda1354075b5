/**
 * Takes the changes of a turn back: each file that is still as the turn left it becomes what it was before. Others are
 * conflicts, left alone unless it is forced. An undo is a change set itself, so that it can be undone.
 */
import { type FileState, readPlace, versionOfState } from "../host/file_state.ts";
import type { Place } from "../host/locate.ts";
import { isInRoots, shownPath } from "../host/locate.ts";
import type { PlannedChange } from "../host/plan_changes.ts";
import { Refusal } from "../host/refusal.ts";
import { writeChanges } from "../host/write_changes.ts";
import type { UndoReport } from "../operations.ts";
import type { Scope } from "../scope.ts";
import type { FileRecord, StateRecord } from "./change_set.ts";
import { type CheckpointStore, versionOfRecord } from "./checkpoint_store.ts";

export async function undoChanges(
  scope: Scope,
  store: CheckpointStore,
  { changeSet, force }: { changeSet: string; force: boolean },
): Promise<UndoReport> {
  const set = (await store.list()).find(({ id }) => id === changeSet);
  if (!set) throw new Refusal(`There is no checkpoint of ${changeSet}`);
  const changes: PlannedChange[] = [];
  const conflicts: UndoReport["conflicts"] = [];
  for (const file of set.files) {
    const way = await wayBack(scope, store, file, force);
    if (way.kind === "conflict") conflicts.push({ path: shownPath(scope, file.real), reason: way.reason });
    if (way.kind === "change") changes.push(way.change);
  }
  if (changes.length === 0) return { id: null, restored: [], conflicts };
  const id = `undo_${crypto.randomUUID()}`;
  await writeChanges(scope, inOrder(changes), store, { changeSet: id, undoes: changeSet });
  return { id, restored: changes.map(({ place }) => place.shown), conflicts };
}

type WayBack = { kind: "change"; change: PlannedChange } | { kind: "conflict"; reason: string } | { kind: "done" };

async function wayBack(scope: Scope, store: CheckpointStore, file: FileRecord, force: boolean): Promise<WayBack> {
  if (!isInRoots(scope, file.real)) return conflict("it lies outside of the folders of this session");
  let now: { place: Place; state: FileState };
  try {
    now = await readPlace(scope, file.real);
  } catch (error) {
    if (error instanceof Refusal) return conflict(error.message);
    throw error;
  }
  const { place, state } = now;
  if (place.real !== file.real) return conflict("it is reached through a symlink now");
  const version = versionOfState(state);
  if (version === versionOfRecord(file.before)) return { kind: "done" };
  if (version !== versionOfRecord(file.after) && !force) return conflict("it was changed afterwards");
  const before = await stateOf(store, file.before);
  if (!before) return conflict("what was there before is not kept");
  return { kind: "change", change: { place, before: state, after: before, note: "" } };
}

async function stateOf(store: CheckpointStore, record: StateRecord): Promise<FileState | null> {
  if (record.kind !== "file") return record;
  const bytes = record.isKept ? await store.content(record.version) : null;
  return bytes && { ...record, bytes };
}

/** Folders that come back before what is in them, and folders that go after it. */
function inOrder(changes: readonly PlannedChange[]): PlannedChange[] {
  const byDepth = changes.toSorted((a, b) => a.place.real.length - b.place.real.length);
  const goes = ({ after }: PlannedChange) => after.kind === "absent";
  return [...byDepth.filter(goes).reverse(), ...byDepth.filter((change) => !goes(change))];
}

function conflict(reason: string): WayBack {
  return { kind: "conflict", reason };
}
