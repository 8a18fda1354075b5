import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Database } from "./database.ts";
import { migrate, SCHEMA_VERSION } from "./schema.ts";
import { SqliteStore } from "./sqlite_store.ts";
import { StorageError } from "./store.ts";
import { creation, deltas, readAll, readUsage, sampleUsage } from "./store_samples.ts";
import { TempFolder } from "./temp_folder.ts";

const FIRST = "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);";
const SECOND = "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;";
const BROKEN = "CREATE TABLE b (x INTEGER); INSERT INTO nowhere VALUES (1);";

Deno.test("migrate() runs each migration once, in order", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  migrate(database, [FIRST]);
  migrate(database, [FIRST]);
  assertEquals(version(database), 1);
  migrate(database, [FIRST, SECOND]);
  assertEquals(version(database), 2);
  assertEquals({ ...database.prepare("SELECT * FROM a").get() }, { x: 1, y: 2 });
});

Deno.test("migrate() leaves the last good version when a migration fails", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  assertThrows(() => migrate(database, [FIRST, BROKEN]), StorageError, "Cannot bring the database to schema 2");
  assertEquals(version(database), 1);
  assertEquals(database.prepare("SELECT * FROM sqlite_schema WHERE name = 'b'").all(), []);
  migrate(database, [FIRST, SECOND]);
  assertEquals(version(database), 2);
});

Deno.test("migrate() refuses a database of a later version and leaves it alone", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const error = assertThrows(() => migrate(database), StorageError, "a later Opta wrote it");
  assert(error.message.includes(database.path));
  assertEquals(version(database), SCHEMA_VERSION + 1);
  assertEquals(database.prepare("SELECT * FROM sqlite_schema").all(), []);
});

Deno.test("a database of the schema before deleted sessions were kept goes on with all that is in it", async () => {
  await using folder = await TempFolder.create();
  {
    await using store = await SqliteStore.open({ path: folder.database, bootId: "boot" });
    await store.append({ ...creation("s", { title: "kept" }), usage: [sampleUsage("turn")] });
    await store.append(deltas("s", 1, 2));
  }
  {
    using database = await Database.open(folder.database);
    database.exec("DROP TABLE deleted; DROP TABLE staged; PRAGMA user_version = 2");
  }
  await using store = await SqliteStore.open({ path: folder.database, bootId: "boot" });
  assertEquals([(await store.find("s"))?.title, (await readAll(store, "s")).length], ["kept", 3]);
  await store.delete("s", { deletedAt: "2026-03-01T00:00:00.000Z", purgeAt: "2026-03-08T00:00:00.000Z" });
  assertEquals([await store.find("s"), await store.restore("s")], [null, true]);
  assertEquals((await readUsage(store, { sessionId: "s" })).length, 1);
});

Deno.test("SqliteStore.open() refuses a database of a later version and changes no byte of it", async () => {
  await using folder = await TempFolder.create();
  await (await SqliteStore.open({ path: folder.database, bootId: "" })).close();
  using later = await Database.open(folder.database); // crashes: what it wrote last is in the write-ahead log alone
  later.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  await using crashed = await folder.copy();
  const before = await contents(crashed);
  assert(before["sessions.db-wal"]!.length > 0, "the later version stands in there");
  const opening = () => SqliteStore.open({ path: crashed.database, bootId: "" });
  const error = await assertRejects(opening, StorageError, `schema ${SCHEMA_VERSION + 1}`);
  assertStringIncludes(error.message, "It is left as it is. Upgrade opta");
  assertEquals(await contents(crashed), before);
});

async function contents(folder: TempFolder): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["sessions.db", "sessions.db-wal"]) files[name] = await Deno.readFile(`${folder.path}/${name}`);
  return files;
}

function version(database: Database): unknown {
  return database.prepare("PRAGMA user_version").get()?.["user_version"];
}
