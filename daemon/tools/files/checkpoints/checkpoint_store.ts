/**
 * The checkpoints of one session, in a folder of their own that belongs to this user alone:
 *
 *     <folder>/<hash of the change set's id>/manifest.json    what was changed: `change_set.ts`
 *                                           /<sha256>         what was there before
 *
 * The manifest names what a change is going to make before the change is made. After a crash in between the file is still
 * as it was before, which an undo takes for done.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type FileState, versionOfState } from "../host/file_state.ts";
import type { PlannedChange } from "../host/plan_changes.ts";
import { Refusal } from "../host/refusal.ts";
import { MAX_CHANGE_SETS, MAX_CHECKPOINT_BYTES } from "../limits.ts";
import { ChangeSet, type Checkpoint, type FileRecord, type StateRecord } from "./change_set.ts";

export interface Kept {
  /** Files that were too large to be kept, as they are shown. */
  tooLarge: string[];
  /** Nothing of it was done after all. */
  takeBack(): Promise<void>;
}

const MANIFEST = "manifest.json";

export interface CheckpointLimits {
  bytes: number;
  changeSets: number;
}

export class CheckpointStore {
  readonly #folder: string;
  readonly #limits: CheckpointLimits;

  constructor(folder: string, limits: CheckpointLimits = { bytes: MAX_CHECKPOINT_BYTES, changeSets: MAX_CHANGE_SETS }) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Keeps what the changes are about to replace. @throws {Refusal} when it cannot */
  async keep({ changeSet: id, undoes }: Checkpoint, changes: readonly PlannedChange[]): Promise<Kept> {
    try {
      const all = await this.list();
      const own = all.find((set) => set.id === id);
      const order = own?.order ?? (all.at(-1)?.order ?? 0) + 1;
      const set: ChangeSet = own ?? { v: 1, id, order, undoes, at: new Date().toISOString(), files: [] };
      await Deno.mkdir(this.#folderOf(id), { recursive: true, mode: 0o700 });
      const fresh = changes.filter(({ place }) => !set.files.some(({ real }) => real === place.real));
      const ownBytes = await folderSize(this.#folderOf(id));
      const { fitting, tooLarge } = choose(fresh, this.#limits.bytes - ownBytes);
      const bytes = [...fitting.values()].reduce((sum, { length }) => sum + length, ownBytes);
      if (!own || fitting.size > 0) await this.#makeRoom(all.filter((other) => other !== own), bytes, id);
      for (const [version, bytes] of fitting) await writeWhole(join(this.#folderOf(id), version), bytes);
      await this.#writeManifest({ ...set, files: merge(set.files, changes, tooLarge) });
      return {
        tooLarge: tooLarge.map(({ place }) => place.shown),
        takeBack: () => own ? this.#writeManifest(own) : Deno.remove(this.#folderOf(id), { recursive: true }),
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Refusal(`Nothing was changed, because what is there could not be kept for an undo: ${reason}`);
    }
  }

  /** Oldest first. What is damaged or half written is left out. */
  async list(): Promise<ChangeSet[]> {
    const sets: ChangeSet[] = [];
    for (const name of await namesIn(this.#folder)) {
      const set = await readManifest(join(this.#folder, name, MANIFEST));
      if (set) sets.push(set);
    }
    return sets.sort((a, b) => a.order - b.order);
  }

  /** Kept content with this hash, of whatever change set; `null` when there is none. */
  async content(version: string): Promise<Uint8Array | null> {
    if (!/^[0-9a-f]{64}$/.test(version)) return null;
    for (const name of await namesIn(this.#folder)) {
      const bytes = await readIfThere(join(this.#folder, name, version));
      if (bytes && createHash("sha256").update(bytes).digest("hex") === version) return bytes;
    }
    return null;
  }

  async #writeManifest(set: ChangeSet): Promise<void> {
    await writeWhole(join(this.#folderOf(set.id), MANIFEST), new TextEncoder().encode(JSON.stringify(set)));
  }

  /** Drops what a crash has left half made, and the oldest of the others until this one fits. */
  async #makeRoom(others: readonly ChangeSet[], ownBytes: number, id: string): Promise<void> {
    for (const name of await namesIn(this.#folder)) {
      const folder = join(this.#folder, name);
      const isHalf = folder !== this.#folderOf(id) && await readIfThere(join(folder, MANIFEST)) === null;
      if (isHalf) await Deno.remove(folder, { recursive: true });
    }
    const sizes = await Promise.all(others.map((other) => folderSize(this.#folderOf(other.id))));
    let bytes = sizes.reduce((sum, size) => sum + size, ownBytes);
    for (const [i, other] of others.entries()) {
      if (bytes <= this.#limits.bytes && others.length - i < this.#limits.changeSets) return;
      await Deno.remove(this.#folderOf(other.id), { recursive: true });
      bytes -= sizes[i] ?? 0;
    }
  }

  /** Ids come from clients and may be any text. */
  #folderOf(id: string): string {
    return join(this.#folder, createHash("sha256").update(id).digest("hex").slice(0, 32));
  }
}

/** What there is to keep, by version, and the changes whose files are beyond what a change set may hold. */
function choose(changes: readonly PlannedChange[], room: number) {
  const fitting = new Map<string, Uint8Array>();
  const tooLarge: PlannedChange[] = [];
  for (const change of changes) {
    const { before } = change;
    if (before.kind !== "file" || fitting.has(before.version)) continue;
    if (before.bytes && before.bytes.length <= room) {
      fitting.set(before.version, before.bytes);
      room -= before.bytes.length;
    } else {
      tooLarge.push(change);
    }
  }
  return { fitting, tooLarge };
}

/** What was there before the first change of a turn, and what is there after the last. */
function merge(
  files: readonly FileRecord[],
  changes: readonly PlannedChange[],
  tooLarge: readonly PlannedChange[],
): FileRecord[] {
  const merged = new Map(files.map((file) => [file.real, file]));
  for (const change of changes) {
    const { place: { real }, before, after } = change;
    const kept = merged.get(real)?.before ?? recordOf(before, !tooLarge.includes(change));
    merged.set(real, { real, before: kept, after: recordOf(after, false) });
  }
  return [...merged.values()];
}

function recordOf(state: FileState, isKept: boolean): StateRecord {
  return state.kind === "file" ? { kind: "file", mode: state.mode, version: state.version, isKept } : state;
}

/** As `versionOfState()`. */
export function versionOfRecord(record: StateRecord): string | null {
  return versionOfState(record.kind === "file" ? { ...record, bytes: null } : record);
}

async function readManifest(path: string): Promise<ChangeSet | null> {
  const bytes = await readIfThere(path);
  if (!bytes) return null;
  try {
    return ChangeSet.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null; // of another version, or damaged: nothing that could be undone
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  {
    using file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    await file.sync();
  }
  await Deno.rename(draft, path);
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function folderSize(folder: string): Promise<number> {
  const names = await namesIn(folder);
  const sizes = await Promise.all(names.map(async (name) => (await Deno.stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
