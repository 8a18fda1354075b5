/**
 * The version of a database, read without opening it as its owner: to be opened for writing changes a database, for then
 * the write-ahead log of whoever wrote it last is worked into it.
 */
import { DatabaseSync } from "node:sqlite";
import { isSqliteError } from "./sqlite_error.ts";

/** What SQLite makes for readers, and a read-only connection leaves behind. */
const SIDE_FILES = ["-wal", "-shm"];

/** `null` when there is no database yet, or none that can be read: opening it says what is wrong. */
export async function peekSchemaVersion(path: string): Promise<number | null> {
  const info = await Deno.lstat(path).catch(() => null);
  if (!info?.isFile || info.size === 0) return null;
  const made: string[] = [];
  for (const suffix of SIDE_FILES) {
    if (!await Deno.lstat(path + suffix).catch(() => null)) made.push(path + suffix);
  }
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    } finally {
      database.close();
    }
  } catch (error) {
    if (isSqliteError(error)) return null;
    throw error;
  } finally {
    for (const file of made) await Deno.remove(file).catch(() => {}); // it was not made after all
  }
}
