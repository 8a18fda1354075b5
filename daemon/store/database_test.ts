import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Database } from "./database.ts";
import { type Durability, StorageError } from "./store.ts";
import { TempFolder } from "./temp_folder.ts";

Deno.test("transaction() syncs what is to outlive a power cut, and nothing else [E5]", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  const FULL = 2;
  const NORMAL = 1;
  const level = (durability: Durability) =>
    database.transaction("look", durability, () => database.prepare("PRAGMA synchronous").get()?.["synchronous"]);
  assertEquals(level("written"), NORMAL);
  assertEquals(level("synced"), FULL);
  assertEquals(level("synced"), FULL);
  assertEquals(level("written"), NORMAL);
  assertEquals(database.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
});

Deno.test("transaction() on a full disk stores nothing, says so, and works again when there is space", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  database.exec("CREATE TABLE numbers (n INTEGER, filling TEXT)");
  const insert = database.prepare("INSERT INTO numbers VALUES (?, ?)");
  const insertAll = () =>
    database.transaction("store numbers", "written", () => {
      for (let n = 0; n < 10; n++) insert.run(n, "x".repeat(3_000));
    });
  const count = () => database.prepare("SELECT count(*) AS count FROM numbers").get()?.["count"];
  database.exec("PRAGMA max_page_count = 4");
  const error = assertThrows(insertAll, StorageError, "Cannot store numbers: database or disk is full");
  assertInstanceOf(error, StorageError);
  assertEquals(error.fault, "full");
  assertInstanceOf(error.cause, Error);
  assertEquals(count(), 0);
  database.exec("PRAGMA max_page_count = 4000");
  insertAll();
  assertEquals(count(), 10);
});

Deno.test("transaction() passes on an error that is not SQLite's, and rolls back", async () => {
  await using folder = await TempFolder.create();
  using database = await Database.open(folder.database);
  const work = () => {
    database.exec("CREATE TABLE half (done INTEGER)");
    throw new RangeError("a bug");
  };
  assertThrows(() => database.transaction("try", "written", work), RangeError, "a bug");
  assertEquals(database.prepare("SELECT name FROM sqlite_schema").all(), []);
});
