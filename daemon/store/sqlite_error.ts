/** Errors of SQLite as the rest of the daemon knows them. */
import { StorageError, type StorageFault } from "./store.ts";

/** Result codes of SQLite that say what is wrong: SQLITE_FULL, SQLITE_CORRUPT, SQLITE_NOTADB. */
const faults: Record<number, StorageFault> = { 13: "full", 11: "damaged", 26: "damaged" };

/** Extended result codes keep the primary one in their low byte. */
const PRIMARY_CODE = 0xff;

export function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/** @param action what could not be done, to stand after "Cannot" */
export function asStorageError(action: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const fault = faultOf(error);
  const remedy = fault === "full" ? ". Free some space on the disk: the daemon needs no restart" : "";
  return new StorageError(`Cannot ${action}: ${reason}${remedy}`, fault, { cause: error });
}

function faultOf(error: unknown): StorageFault {
  const code = error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
  return faults[code & PRIMARY_CODE] ?? "unavailable";
}
