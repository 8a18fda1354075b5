import { assert, assertEquals, assertThrows } from "@std/assert";
import { Database } from "./database.ts";
import { migrate, SCHEMA_VERSION } from "./schema.ts";
import { StorageError } from "./store.ts";
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

function version(database: Database): unknown {
  return database.prepare("PRAGMA user_version").get()?.["user_version"];
}
