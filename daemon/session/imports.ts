/** Makes sessions of logs that somebody brings: all of a log, or nothing, and a few at a time. */
import { type ImportedSession, OptaError } from "@opta/protocol";
import { setImmediate } from "node:timers/promises";
import { HeadMismatchError, type LogSlice, type Store } from "../store/store.ts";
import { IMPORT_SLICE, MAX_IMPORTS } from "./limits.ts";
import type { LogImport } from "./log_import.ts";

export class Imports {
  #count = 0;

  /**
   * Reads the log to its end and makes a session of it.
   *
   * @param store `null` only to look whether it could be done
   * @throws {OptaError} `invalid_request` with the line that cannot be taken; `queue_full`
   * @throws {StorageError} or what `lines` throws
   */
  async run(store: Store | null, lines: AsyncIterable<string>, log: LogImport): Promise<ImportedSession> {
    if (this.#count >= MAX_IMPORTS) {
      throw new OptaError("queue_full", `${this.#count} imports are under way already. Try again later.`);
    }
    this.#count++;
    const { sessionId, epoch } = log;
    try {
      const slices = slicesOf(lines, log);
      if (store) await store.createWhole(sessionId, epoch, slices);
      else for await (const _ of slices);
      return { ...log.report, outcome: "imported" };
    } catch (error) {
      if (error instanceof HeadMismatchError) return notImported(sessionId, "exists"); // it came meanwhile
      throw error;
    } finally {
      this.#count--;
    }
  }
}

/** The answer when nothing was done. */
export function notImported(sessionId: string, outcome: "exists" | "deleted"): ImportedSession {
  const leftOut = { approvals: 0, workspaces: 0, unknownEvents: 0, unknownKeys: 0 };
  return { sessionId, outcome, title: "", turns: 0, events: 0, endedTurns: 0, leftOut };
}

/** Slices of a size that holds nobody up for long; between two of them everybody else gets a turn. */
async function* slicesOf(lines: AsyncIterable<string>, log: LogImport): AsyncGenerator<LogSlice> {
  let slice: LogSlice | null = null;
  let length = 0;
  const add = (next: LogSlice) => {
    slice = slice === null ? next : {
      lines: slice.lines.concat(next.lines),
      search: slice.search.concat(next.search),
      index: next.index,
    };
    length += next.lines.reduce((sum, line) => sum + line.length, 0);
  };
  for await (const line of lines) {
    const next = log.take(line);
    if (!next) continue;
    add(next);
    if (length < IMPORT_SLICE.length && slice!.lines.length < IMPORT_SLICE.events) continue;
    yield slice!;
    [slice, length] = [null, 0];
    await setImmediate();
  }
  add(log.end());
  yield slice!;
}
