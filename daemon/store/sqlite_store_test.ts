import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { MAX_HOT_TAILS } from "./hot_tail.ts";
import { SqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";
import { HeadMismatchError, StorageError } from "./store.ts";
import { creation, deltas, readAll, sampleIndex, sampleLine, WHOLE } from "./store_samples.ts";
import { storeSuite } from "./store_suite.ts";
import { TempFolder } from "./temp_folder.ts";

storeSuite("SqliteStore", async (options) => {
  const folder = await TempFolder.create();
  const store = await SqliteStore.open({ ...options, path: folder.database, bootId: "boot" });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});

/** What another program does to the file while no store has it open. */
function changeDatabase<T>(folder: TempFolder, change: (database: DatabaseSync) => T): T {
  using database = new DatabaseSync(folder.database);
  return change(database);
}

Deno.test("SqliteStore keeps everything over a close", async () => {
  await using folder = await TempFolder.create();
  await using first = await open(folder);
  await first.append({ ...creation("s", { title: "title" }), submit: submitKey });
  await first.append(deltas("s", 1, 3));
  const row = await first.find("s");
  await first.close();
  await using second = await open(folder);
  assertEquals(await second.find("s"), row);
  assertEquals((await readAll(second, "s")).map(({ line }) => line), [1, 2, 3, 4].map((seq) => sampleLine("s", seq)));
  assertEquals(await second.findSubmit("s", "c"), submitKey);
  assertEquals((await second.list({ text: "title", limit: 9 })).rows.length, 1);
  await second.append(deltas("s", 4));
});

Deno.test("a killed process loses nothing that it reported as written [E5]", async () => {
  await using folder = await TempFolder.create();
  const script = join(import.meta.dirname ?? "", "testdata", "append_until_killed.ts");
  const args = ["run", "--quiet", "-A", script, folder.database];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let output = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const before = output.length;
    output += chunk;
    if (before < 2_000 && output.length >= 2_000) child.kill("SIGKILL");
  }
  assertEquals((await child.status).signal, "SIGKILL");
  const reported = output.split("\n").slice(0, -1).map(Number);
  const last = reported.at(-1) ?? 0;
  assert(last > 100, output);

  await using store = await open(folder);
  assertEquals(store.tailsMayBeLost, false);
  const lines = await readAll(store, "s");
  assert(lines.length >= last, `${lines.length} of ${last} events`);
  assertEquals(lines.map(({ line }) => line), lines.map((_, i) => sampleLine("s", i + 1)));
  await store.append(deltas("s", lines.length));
});

Deno.test("tailsMayBeLost is true only after an unclean close and another boot [E2]", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder, { bootId: "one" });
  assertEquals(store.tailsMayBeLost, false); // the first ever
  await store.append(creation("s"));
  await using crashed = await folder.copy(); // as a process leaves it that dies now
  await store.close();
  assertEquals(await tailsMayBeLost(folder, "one"), false);
  assertEquals(await tailsMayBeLost(folder, "two"), false); // a clean close, then a boot
  assertEquals(await tailsMayBeLost(folder, ""), false);

  await using crashedToo = await crashed.copy();
  await using crashedThree = await crashed.copy();
  assertEquals(await tailsMayBeLost(crashed, "one"), false); // killed, same boot
  assertEquals(await tailsMayBeLost(crashedToo, "two"), true);
  assertEquals(await tailsMayBeLost(crashedToo, "two"), false); // that one closed
  assertEquals(await tailsMayBeLost(crashedThree, ""), true); // no way to tell
});

Deno.test("tailsMayBeLost stays true until each session with an open turn is rewritten or removed [E2]", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder, { bootId: "one" });
  await store.append(creation("active", { activeTurnId: "turn" }));
  await store.append(creation("queued", { queuedTurns: 1 }));
  await store.append(creation("idle"));
  await using afterPowerCut = await folder.copy();

  await using second = await open(afterPowerCut, { bootId: "two" });
  assertEquals(second.tailsMayBeLost, true);
  await second.rewrite("active", 1, "epo_2");
  await using diedInRecovery = await afterPowerCut.copy();
  await second.close(); // in the middle of recovery, too
  assertEquals(await tailsMayBeLost(diedInRecovery, "two"), true);

  await using third = await open(afterPowerCut, { bootId: "two" });
  assertEquals(third.tailsMayBeLost, true);
  await third.rewrite("active", 1, "epo_3");
  await third.remove("queued");
  await using diedAfterRecovery = await afterPowerCut.copy();
  assertEquals(await tailsMayBeLost(diedAfterRecovery, "two"), false);
  await third.close();
  assertEquals(await tailsMayBeLost(afterPowerCut, "three"), false);
});

Deno.test("an error of SQLite in the middle of a batch leaves nothing of it, whether or not SQLite rolled back", async () => {
  for (const action of ["ABORT", "ROLLBACK"]) {
    await using folder = await TempFolder.create();
    await using before = await open(folder);
    await before.append(creation("s"));
    await before.close();
    changeDatabase(folder, (database) =>
      database.exec(`
      CREATE TRIGGER broken BEFORE INSERT ON events WHEN new.seq = 4
      BEGIN SELECT RAISE(${action}, 'no such luck'); END`));
    await using store = await open(folder);
    const appends = [store.append(deltas("s", 1)), store.append(creation("t")), store.append(deltas("s", 2, 3))];
    for (const outcome of await Promise.allSettled(appends)) {
      assert(outcome.status === "rejected" && outcome.reason instanceof StorageError);
      assertEquals(outcome.reason.fault, "unavailable");
      assertEquals(outcome.reason.message, "Cannot store events: no such luck");
    }
    assertEquals(await store.head("s"), { epoch: "epo_1", seq: 1 });
    assertEquals((await readAll(store, "s")).length, 1);
    assertEquals(await store.head("t"), null);
    await assertRejects(() => store.append(deltas("s", 5)), HeadMismatchError);
    await store.append(deltas("s", 1, 2));
    assertEquals((await readAll(store, "s")).length, 3);
  }
});

Deno.test("the database is locked while it is open, for other programs and by them", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder);
  await store.append(creation("s"));
  using other = new DatabaseSync(folder.database);
  assertThrows(() => other.exec("BEGIN IMMEDIATE"), Error, "locked");
  await store.close();
  other.exec("BEGIN IMMEDIATE");
  await assertRejects(() => open(folder), StorageError, "locked");
  other.exec("ROLLBACK");
});

Deno.test("more sessions than are kept hot are appended to and read all the same [E1]", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder);
  const ids = Array.from({ length: 2 * MAX_HOT_TAILS + 1 }, (_, i) => `s${i}`);
  await Promise.all(ids.map((id) => store.append(creation(id))));
  for (let head = 1; head < 4; head++) await Promise.all(ids.map((id) => store.append(deltas(id, head))));
  for (const id of ids) assertEquals((await store.read(id, 2, WHOLE)).map(({ seq }) => seq), [3, 4]);
});

Deno.test("read() gives what lies before damage, then fails there, and never skips [E1]", async () => {
  await using folder = await TempFolder.create();
  await using writer = await open(folder);
  await writer.append(creation("s"));
  await writer.append(deltas("s", 1, 199));
  await writer.close();
  changeDatabase(folder, (database) => database.exec("DELETE FROM events WHERE seq = 100"));
  await using store = await open(folder);
  assertEquals((await store.read("s", 0, WHOLE)).length, 99);
  await assertRejects(() => store.read("s", 99, WHOLE), StorageError, "Event 100 of session s is missing");
  await store.rewrite("s", 99, "epo_2");
  assertEquals(await store.read("s", 99, WHOLE), []);
  await store.append({ ...deltas("s", 99), epoch: "epo_2" });
});

Deno.test("read() gives what lies before a damaged page, then fails with the error of SQLite as its cause", async () => {
  await using folder = await TempFolder.create();
  await using writer = await open(folder);
  await writer.append(creation("s"));
  await writer.append(deltas("s", 1, 2_000));
  await writer.close();
  using file = await Deno.open(folder.database, { read: true, write: true });
  const { size } = await file.stat();
  const kept = Math.floor(size * 2 / 3 / 4096) * 4096;
  await file.seek(kept, Deno.SeekMode.Start);
  await file.write(new Uint8Array(size - kept).fill(0xaa));
  await using store = await open(folder);
  const sound = await store.read("s", 0, WHOLE);
  assertEquals(sound.map(({ line }) => line), sound.map((_, i) => sampleLine("s", i + 1)));
  assert(sound.length > 500 && sound.length < 2_001, `${sound.length} lines`);
  const error = await assertRejects(() => store.read("s", sound.length, WHOLE), StorageError, "malformed");
  assert(error.cause instanceof Error);
});

Deno.test("remove() deletes the events of a long log, across a restart if need be", async () => {
  await using folder = await TempFolder.create();
  await using first = await open(folder);
  await first.append({ ...creation("s"), lines: Array.from({ length: 9_000 }, (_, i) => sampleLine("s", i + 1)) });
  await first.append(creation("kept"));
  await first.remove("s");
  await first.append(creation("s"));
  await first.close();
  const count = (table: string) =>
    changeDatabase(folder, (database) => database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
  assert(Number(count("events")) > 1_000, "a part is left for the next process");
  assertEquals(count("removed"), 1);
  await using second = await open(folder);
  for (let head = 1; head < 100; head++) { // each waits for a tick, which sweeps a part
    await second.append({ ...deltas("s", head), durability: "synced" });
  }
  assertEquals((await second.head("kept"))?.seq, 1);
  await second.close();
  assertEquals([count("removed"), count("events")], [0, 101]);
});

Deno.test("the files are for their owner alone, whatever they were before", async () => {
  await using folder = await TempFolder.create();
  const modes = async () => {
    const files = await Array.fromAsync(Deno.readDir(folder.path));
    return files.map(({ name }) => ((Deno.statSync(join(folder.path, name)).mode ?? 0) & 0o777).toString(8));
  };
  await using first = await open(folder);
  await first.append(creation("s"));
  assertEquals(await modes(), ["600", "600"]);
  await first.close();
  await Deno.chmod(folder.database, 0o644);
  await using second = await open(folder);
  await second.append(creation("t"));
  assertEquals(await modes(), ["600", "600"]);
});

Deno.test("open() refuses a symlink, a folder, and what is no database", async () => {
  await using folder = await TempFolder.create();
  const target = join(folder.path, "target");
  await Deno.writeTextFile(target, "");
  await Deno.symlink(target, folder.database);
  await assertRejects(() => open(folder), StorageError, "not a plain file");
  assertEquals(await Deno.readTextFile(target), "");
  await Deno.remove(folder.database);
  await Deno.mkdir(folder.database);
  await assertRejects(() => open(folder), StorageError, "not a plain file");
  await Deno.remove(folder.database);
  await Deno.writeTextFile(folder.database, "something else ".repeat(100));
  await assertRejects(() => open(folder), StorageError, "file is not a database");
  await assertRejects(() => SqliteStore.open({ path: join(folder.path, "no", "x.db"), bootId: "" }), StorageError);
});

Deno.test("describe() tells path, size and version", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder);
  const before = await store.describe();
  assertEquals(before.path, folder.database);
  assertEquals(before.schemaVersion, 3);
  await store.append({ ...creation("s"), lines: [sampleLine("s", 1, { text: "x".repeat(100_000) })] });
  assert((await store.describe()).bytes >= before.bytes + 100_000);
});

const submitKey = { clientTurnId: "c", bodyHash: "h", turnId: "t", position: 0 };

function open(folder: TempFolder, options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
  return SqliteStore.open({ path: folder.database, bootId: "boot", ...options });
}

async function tailsMayBeLost(folder: TempFolder, bootId: string): Promise<boolean> {
  await using store = await open(folder, { bootId });
  return store.tailsMayBeLost;
}

Deno.test("a log that a dead process had half written is no session, and is swept by the next one", async () => {
  await using folder = await TempFolder.create();
  await using store = await open(folder);
  const written = Promise.withResolvers<void>();
  const never = new Promise<void>(() => {});
  const search = [{ turnId: "t", role: "user" as const, text: "alpha" }];
  async function* slices() {
    yield { lines: [sampleLine("s", 1)], search, index: sampleIndex() };
    written.resolve();
    await never;
  }
  void store.createWhole("s", "epo_1", slices());
  await written.promise;
  await using crashed = await folder.copy();
  await store.close();

  await using next = await open(crashed);
  assertEquals([await next.find("s"), await next.count()], [null, 0]);
  await next.append(creation("other", { title: "alpha" }));
  assertEquals((await next.list({ text: "alpha", limit: 9 })).rows.map(({ sessionId }) => sessionId), ["other"]);
  const left = () =>
    changeDatabase(
      crashed,
      (database) =>
        ["staged", "removed", "events", "texts", "search"].map((table) =>
          Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"])
        ),
    );
  for (let i = 0; i < 50; i++) await setImmediate(); // a tick a step
  await next.close();
  assertEquals(left(), [0, 0, 1, 1, 1]); // of the other one: its event and its title
});
