import { type LockHolder, stateFiles } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { ensureFolders } from "../paths.ts";
import { findCommand, readHolder } from "./lock.ts";
import { TestHome } from "./testdata/test_home.ts";

/** No process has it. */
const NO_PID = 4_000_000;

async function withHolder(
  { kind = "command", pid = Deno.pid }: Partial<LockHolder>,
  test: (stateDir: string, file: Deno.FsFile) => Promise<void>,
): Promise<void> {
  await using home = await TestHome.create();
  await ensureFolders(home.paths);
  const path = `${home.paths.stateDir}/${stateFiles.lock}`;
  await Deno.writeTextFile(path, JSON.stringify({ kind, pid, since: "2026-11-22T10:00:00.000Z" }));
  using file = await Deno.open(path, { read: true, write: true });
  await test(home.paths.stateDir, file);
}

Deno.test("findCommand() is the command that holds the lock, not one that held it before", () =>
  withHolder({}, async (stateDir, file) => {
    assertEquals(await findCommand(stateDir), null);
    await file.lock(true);
    assertEquals((await findCommand(stateDir))?.pid, Deno.pid);
  }));

Deno.test("findCommand() is no daemon", () =>
  withHolder({ kind: "daemon" }, async (stateDir, file) => {
    await file.lock(true);
    assertEquals([(await readHolder(stateDir))?.kind, await findCommand(stateDir)], ["daemon", null]);
  }));

Deno.test("readHolder() takes nobody who has ended for whoever has just taken the lock, or only looks at it", () =>
  withHolder({ pid: NO_PID }, async (stateDir, file) => {
    await file.lock(true);
    assertEquals([await readHolder(stateDir), await findCommand(stateDir)], [null, null]);
  }));

Deno.test("findCommand() finds none where there is no lock, or something else in its place", async () => {
  await using home = await TestHome.create();
  const { stateDir } = home.paths;
  assertEquals(await findCommand(stateDir), null);
  await ensureFolders(home.paths);
  const path = `${stateDir}/${stateFiles.lock}`;
  await Deno.mkdir(path);
  assertEquals(await findCommand(stateDir), null);
  await Deno.remove(path); // or nothing could be stopped here
});
