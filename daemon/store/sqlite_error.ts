/** Errors of SQLite as the rest of the daemon knows them. */
import { StorageError } from "./store.ts";

/** SQLITE_FULL: no space on the disk, or over a quota. */
const FULL = 13;

export function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** @param action what could not be done, to stand after "Cannot" */
export function asStorageError(action: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const full = error instanceof Error && "errcode" in error && error.errcode === FULL;
  const remedy = full ? ". Free some space on the disk: the daemon needs no restart" : "";
  return new StorageError(`Cannot ${action}: ${reason}${remedy}`, full, { cause: error });
}
