/** What a file host does for each operation. Changes are made one after another: each is checked against what is there. */
import type { HostCall, HostOperation } from "../../host/serve_host.ts";
import { CheckpointStore } from "../checkpoints/checkpoint_store.ts";
import { diffOfChanges, summarise } from "../checkpoints/describe_changes.ts";
import { undoChanges } from "../checkpoints/undo.ts";
import {
  type FileVersion,
  type OperationArgs,
  type OperationName,
  type OperationResult,
  operations,
} from "../operations.ts";
import type { Scope } from "../scope.ts";
import { findFiles } from "../search/find_files.ts";
import { searchFiles } from "../search/search_files.ts";
import { type FileState, versionOfState } from "./file_state.ts";
import { listFolder } from "./list_folder.ts";
import { locate } from "./locate.ts";
import { planChanges, type PlannedChange } from "./plan_changes.ts";
import { readLines } from "./read_lines.ts";
import { Refusal } from "./refusal.ts";
import { unifiedDiff } from "./unified_diff.ts";
import { writeChanges } from "./write_changes.ts";

type Implementation = {
  [Name in OperationName]: (args: OperationArgs<Name>, call: HostCall) => Promise<OperationResult<Name>>;
};

export function fileOperations(scope: Scope): Record<string, HostOperation> {
  const implementation = implement(scope);
  const bind = <Name extends OperationName>(name: Name): HostOperation => (args, call) =>
    implementation[name](operations[name].args.parse(args) as OperationArgs<Name>, call);
  return Object.fromEntries((Object.keys(operations) as OperationName[]).map((name) => [name, bind(name)]));
}

function implement(scope: Scope): Implementation {
  const store = scope.checkpoints === null ? null : new CheckpointStore(scope.checkpoints);
  const oneByOne = queue();
  return {
    locate: async ({ path }) => ({ shown: (await locate(scope, path)).shown }),
    readFile: (args) => readLines(scope, args),
    listFolder: ({ path }) => listFolder(scope, path),
    findFiles: (args, { signal }) => findFiles(scope, args, signal),
    searchFiles: (args, { signal }) => searchFiles(scope, args, signal),
    previewChanges: async ({ changes }) => {
      const planned = await planChanges(scope, changes);
      return { files: planned.map((change) => fileVersion(change, change.before)), diff: await diffOf(planned) };
    },
    applyChanges: (args, { signal }) =>
      oneByOne(async () => {
        const planned = await planChanges(scope, args.changes);
        for (const { place: { real, shown }, before } of planned) {
          if (args.bases[real] !== versionOfState(before)) {
            throw new Refusal(`${shown} was changed meanwhile: read it again`);
          }
        }
        signal.throwIfAborted();
        const checkpoint = args.changeSet === null ? null : { changeSet: args.changeSet, undoes: null };
        const warnings = await writeChanges(scope, planned, store, checkpoint);
        const notes = [...planned.map(({ note }) => note), ...warnings];
        return { files: planned.map((change) => fileVersion(change, change.after)), notes };
      }),
    listChanges: () => oneByOne(async () => ({ changeSets: await summarise(scope, required(store)) })),
    diffChanges: (args) => oneByOne(async () => ({ diff: await diffOfChanges(scope, required(store), args) })),
    undoChanges: (args) => oneByOne(() => undoChanges(scope, required(store), args)),
  };
}

function fileVersion({ place: { real, shown } }: PlannedChange, state: FileState): FileVersion {
  return { real, shown, version: versionOfState(state) };
}

function diffOf(planned: readonly PlannedChange[]): Promise<string> {
  const bytesOf = (state: FileState) => (state.kind === "file" ? state.bytes ?? "unknown" : null);
  return unifiedDiff(planned.map(({ place: { shown }, before, after }) => ({
    shown,
    before: bytesOf(before),
    after: bytesOf(after),
  })));
}

function required(store: CheckpointStore | null): CheckpointStore {
  if (!store) throw new Refusal("This process keeps no checkpoints");
  return store;
}

/** Runs what it is given one after another. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {}); // whoever waits for it is told
    return next;
  };
}
