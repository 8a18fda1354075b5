import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { HostError } from "../../host/host_process.ts";
import { checkpointFolder } from "../files_host.ts";
import { TestWorkspace } from "../testing/test_workspace.ts";
import { diffChanges, listChanges, removeCheckpoints, undoTurn } from "./change_history.ts";

const signal = new AbortController().signal;
const UNDO = { changeSet: "t1", force: false };

async function succeed(work: TestWorkspace, tool: string, args: object, turnId = "t1"): Promise<void> {
  const { ok, result } = await work.call(tool, args, { turnId });
  assert(ok, result);
}

/** Every file and folder of the workspace with its mode and bytes. */
async function snapshot(folder: string, prefix = ""): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    const path = join(folder, prefix, name);
    const { mode } = await Deno.lstat(path);
    all[prefix + name] = `${mode! & 0o777} ${isDirectory ? "folder" : (await Deno.readFile(path)).toBase64()}`;
    if (isDirectory) Object.assign(all, await snapshot(folder, `${prefix}${name}/`));
  }
  return all;
}

Deno.test("an undo restores bytes and modes, and can be undone", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "\ufeff1\r\n2", "sub/run": "#!/bin/sh\n", bin: new Uint8Array([0, 255]) });
  await Deno.mkdir(work.path("void"), { mode: 0o750 });
  await Deno.chmod(work.path("sub/run"), 0o711);
  const before = await snapshot(work.path());
  await work.call("read_file", { path: "a" });
  await succeed(work, "edit_file", { path: "a", old_string: "1", new_string: "one" });
  await succeed(work, "edit_file", { path: "a", old_string: "2", new_string: "two" });
  await succeed(work, "write_file", { path: "new", content: "new\n" });
  for (const path of ["sub/run", "sub", "bin", "void"]) await succeed(work, "delete_file", { path });
  const after = await snapshot(work.path());

  const undone = await undoTurn(work.hosts, UNDO, signal);
  assertEquals(undone.conflicts, []);
  assertEquals(undone.restored.toSorted(), ["a", "bin", "new", "sub", "sub/run", "void"]);
  assertEquals(await snapshot(work.path()), before);
  assertEquals(await undoTurn(work.hosts, UNDO, signal), { id: null, restored: [], conflicts: [] });

  await undoTurn(work.hosts, { changeSet: undone.id!, force: false }, signal);
  assertEquals(await snapshot(work.path()), after);
  const listed = (await listChanges(work.hosts, signal)).map(({ id, undoes }) => [id.split("_")[0], undoes]);
  assertEquals(listed, [["t1", null], ["undo", "t1"], ["undo", undone.id]]);
});

Deno.test("what was changed afterwards is a conflict: left alone, unless it is forced", async () => {
  await using work = await TestWorkspace.create();
  for (const path of ["a", "b", "c"]) await succeed(work, "write_file", { path, content: "1\n" }, "t0");
  for (const path of ["a", "b", "c"]) await succeed(work, "write_file", { path, content: "2\n" });
  await work.write({ a: "by hand\n" });
  await Deno.remove(work.path("b"));
  await Deno.symlink(work.outside(), work.path("b"));
  const undone = await undoTurn(work.hosts, UNDO, signal);
  assertEquals(undone.restored, ["c"]);
  assertEquals(undone.conflicts.map(({ path }) => path), ["a", "b"]);
  assertEquals(undone.conflicts[0]?.reason, "it was changed afterwards");
  assertEquals([await work.read("a"), await work.read("c")], ["by hand\n", "1\n"]);
  const forced = await undoTurn(work.hosts, { ...UNDO, force: true }, signal);
  assertEquals([forced.restored, forced.conflicts.map(({ path }) => path)], [["a"], ["b"]]);
  assertEquals(await work.read("a"), "1\n");
});

Deno.test("the changes of a session are listed and shown as diffs, of one turn or since it", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "1\n", gone: "x\n" });
  await work.call("read_file", { path: "a" });
  await succeed(work, "edit_file", { path: "a", old_string: "1", new_string: "2" });
  await succeed(work, "delete_file", { path: "gone" });
  await succeed(work, "edit_file", { path: "a", old_string: "2", new_string: "3" }, "t2");
  await succeed(work, "write_file", { path: "new", content: "" }, "t2");
  await work.write({ a: "4\n" });
  assertEquals((await listChanges(work.hosts, signal)).map(({ id, files }) => [id, files]), [
    ["t1", [{ path: "a", change: "changed", isKept: true }, { path: "gone", change: "deleted", isKept: true }]],
    ["t2", [{ path: "a", change: "changed", isKept: true }, { path: "new", change: "created", isKept: true }]],
  ]);
  const diff = (changeSet: string, andLater: boolean) => diffChanges(work.hosts, { changeSet, andLater }, signal);
  const gone = "--- a/gone\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n";
  const created = "--- /dev/null\n+++ b/new\nThe file is empty\n";
  const changed = (from: number, to: number) => `--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-${from}\n+${to}\n`;
  assertEquals(await diff("t1", false), changed(1, 2) + gone);
  assertEquals(await diff("t2", false), "--- a: its content cannot be shown\n" + created);
  assertEquals(await diff("t1", true), changed(1, 4) + gone + created);
  await assertRejects(() => diff("t3", false), HostError, "There is no checkpoint of t3");
  await assertRejects(
    () => undoTurn(work.hosts, { changeSet: "t3", force: false }, signal),
    HostError,
    "no checkpoint",
  );
});

Deno.test("a turn without checkpoints has none, and those of a session go with it", async () => {
  await using work = await TestWorkspace.create();
  const { stateDir, sessionId } = work.hostOptions;
  const folder = checkpointFolder(stateDir, sessionId);
  await work.call("write_file", { path: "a", content: "1" }, { noCheckpoints: true });
  assertEquals(await listChanges(work.hosts, signal), []);
  await succeed(work, "write_file", { path: "a", content: "2" });
  const modes = Object.values(await snapshot(folder)).map((entry) => entry.split(" ")[0]);
  assertEquals(new Set(modes), new Set([String(0o700), String(0o600)]));
  await removeCheckpoints(stateDir, sessionId);
  assertEquals(await listChanges(work.hosts, signal), []);
  await removeCheckpoints(stateDir, "..");
  assert((await Deno.stat(stateDir)).isDirectory);
});

Deno.test("a crash between the checkpoint and the change does no harm", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "1\n", b: "1\n" });
  for (const path of ["a", "b"]) await work.call("read_file", { path });
  await succeed(work, "write_file", { path: "a", content: "2\n" });
  await succeed(work, "write_file", { path: "b", content: "2\n" });
  await work.write({ b: "1\n" }); // as if the second write had never come
  const folder = checkpointFolder(work.hostOptions.stateDir, work.hostOptions.sessionId);
  await Deno.mkdir(join(folder, "half"));
  await Deno.writeTextFile(join(folder, "half", "manifest.json"), '{"v":1,"id":');
  const undone = await undoTurn(work.hosts, UNDO, signal);
  assertEquals([undone.restored, undone.conflicts], [["a"], []]);
  assertEquals([await work.read("a"), await work.read("b")], ["1\n", "1\n"]);
});

Deno.test("a file that is too large to be kept is deleted all the same, and the model is told", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ large: "" });
  await Deno.truncate(work.path("large"), 33 * 1024 * 1024);
  const { ok, result } = await work.call("delete_file", { path: "large" });
  assertEquals([ok, result], [true, "Deleted large\nlarge was too large to be kept, so this cannot be undone"]);
  const { conflicts } = await undoTurn(work.hosts, UNDO, signal);
  assertEquals(conflicts, [{ path: "large", reason: "what was there before is not kept" }]);
});

Deno.test("nothing is changed when what is there cannot be kept", async () => {
  await using work = await TestWorkspace.create();
  const { stateDir } = work.hostOptions;
  await Deno.writeTextFile(join(stateDir, "checkpoints"), "in the way");
  const { ok, result } = await work.call("write_file", { path: "a", content: "1" });
  assertEquals(ok, false);
  assertMatch(result, /^Nothing was changed, because what is there could not be kept for an undo/);
  assertEquals(await Array.fromAsync(Deno.readDir(work.path())), []);
});

Deno.test("undoing turn after turn, and those undos again, restores every byte", async () => {
  await using work = await TestWorkspace.create();
  const name = fc.constantFrom("a", "b", "sub/c");
  const content = fc.string({ unit: fc.constantFrom("x", "ä", "\n", "\r\n"), maxLength: 6 });
  const turns = fc.array(fc.array(fc.tuple(name, fc.option(content)), { minLength: 1, maxLength: 4 }), {
    maxLength: 4,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(turns, async (changes) => {
      run++;
      const states = [await snapshot(work.path())];
      const ids: string[] = [];
      for (const [i, steps] of changes.entries()) {
        const turnId = `run ${run} turn ${i}`;
        for (const [path, text] of steps) {
          await work.call("read_file", { path });
          await work.call(
            ...(text === null ? ["delete_file", { path }] : ["write_file", { path, content: text }]) as [
              string,
              object,
            ],
            { turnId },
          );
        }
        const isKnown = (await listChanges(work.hosts, signal)).some(({ id }) => id === turnId);
        if (isKnown) ids.push(turnId);
        if (isKnown) states.push(await snapshot(work.path()));
      }
      const undos: (string | null)[] = [];
      for (const [i, changeSet] of ids.toReversed().entries()) {
        const { id, conflicts } = await undoTurn(work.hosts, { changeSet, force: false }, signal);
        assertEquals(conflicts, []);
        undos.push(id);
        assertEquals(files(await snapshot(work.path())), files(states.at(-2 - i) ?? {}));
      }
      for (const changeSet of undos.toReversed()) {
        if (changeSet) await undoTurn(work.hosts, { changeSet, force: false }, signal);
      }
      assertEquals(files(await snapshot(work.path())), files(states.at(-1) ?? {}));
    }),
    { numRuns: 12 },
  );
});

/** Without folders: those that were made for a file stay. */
function files(state: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).filter(([, entry]) => !entry.endsWith(" folder")));
}
