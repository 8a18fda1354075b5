/** Does what was planned: all of it, or none. The checkpoint comes first, so that a crash leaves nothing that is not kept. */
import type { Checkpoint } from "../checkpoints/change_set.ts";
import type { CheckpointStore } from "../checkpoints/checkpoint_store.ts";
import type { Scope } from "../scope.ts";
import { type FileState, readState, versionOfState } from "./file_state.ts";
import { locate, type Place } from "./locate.ts";
import type { PlannedChange } from "./plan_changes.ts";
import { Refusal } from "./refusal.ts";
import { removePlace } from "./remove_place.ts";
import { makeFolder, replaceFile } from "./replace_file.ts";

/**
 * @param checkpoint where what was there before is kept; `null`: nowhere
 * @returns what there is to know beside that it was done
 * @throws {Refusal} when it was not, and nothing has changed, or what of it could not be taken back
 */
export async function writeChanges(
  scope: Scope,
  changes: readonly PlannedChange[],
  store: CheckpointStore | null,
  checkpoint: Checkpoint | null,
): Promise<string[]> {
  const kept = store && checkpoint ? await store.keep(checkpoint, changes) : null;
  const done: PlannedChange[] = [];
  try {
    for (const change of changes) {
      await putState(scope, change.place, change.after);
      done.push(change);
    }
  } catch (error) {
    const stuck = await takeBack(scope, done);
    if (stuck.length === 0) {
      await kept?.takeBack().catch(() => {}); // a checkpoint of what has not changed does no harm
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${reason}. These files were changed before, and could not be put back: ${stuck.join(", ")}`);
  }
  return (kept?.tooLarge ?? []).map((shown) => `${shown} was too large to be kept, so this cannot be undone`);
}

/** @returns the files that could not be put back */
async function takeBack(scope: Scope, done: readonly PlannedChange[]): Promise<string[]> {
  const stuck: string[] = [];
  for (const { place: { real, shown }, before, after } of done.toReversed()) {
    try {
      const place = await locate(scope, real);
      if (versionOfState(await readState(scope, place)) !== versionOfState(after)) {
        throw new Refusal("changed meanwhile");
      }
      await putState(scope, place, before);
    } catch {
      stuck.push(shown); // the first error is the one to tell
    }
  }
  return stuck;
}

async function putState(scope: Scope, place: Place, state: FileState): Promise<void> {
  switch (state.kind) {
    case "absent":
      return await removePlace(scope, place);
    case "folder":
      return await makeFolder(scope, place.real, state.mode ?? undefined);
    case "file":
      if (!state.bytes) throw new Refusal(`${place.shown} was too large to be kept`);
      return await replaceFile(scope, place, state.bytes, state.mode);
    default:
      return state satisfies never;
  }
}
