/**
 * The changes of all sessions, for the routes. An undo happens between turns, and stands in the log before the next turn
 * begins, so that its model knows of it.
 */
import {
  type ChangeDiff,
  type ChangeDiffQuery,
  type ChangeSet,
  MAX_UNDONE_FILES,
  OptaError,
  type UndoBody,
  type UndoResult,
} from "@opta/protocol";
import type { Session } from "../../../session/session.ts";
import { HostError } from "../../host/host_process.ts";
import type { Hosts } from "../../tool.ts";
import { diffChanges, listChanges, undoTurn } from "./change_history.ts";
import { toldChanges, undoableTurns } from "./told_changes.ts";

export interface ChangeSource {
  /** Oldest first. @throws {OptaError} when there is no such session, as those below do */
  list(sessionId: string): Promise<ChangeSet[]>;
  diff(sessionId: string, query: ChangeDiffQuery): Promise<ChangeDiff>;
  /** @throws {OptaError} `conflict` while a turn runs or waits, `not_found` when there is nothing to undo */
  undo(sessionId: string, body: UndoBody): Promise<UndoResult>;
}

/** Only the writer sees checkpoints. */
type WritingHosts = Pick<Hosts, "writer">;

export interface SessionsWithFiles {
  /** `null` for a session without folders. @throws {OptaError} when there is no such session */
  hostsOf(sessionId: string): Promise<WritingHosts | null>;
  /** The model has to read again what it changes. */
  forgetRead(sessionId: string): void;
}

/** For a daemon without tools. */
export const noFiles: SessionsWithFiles = { hostsOf: () => Promise.resolve(null), forgetRead: () => {} };

/** Longest time to look at changes, or to take them back: all that is kept is read and written in much less. */
const LOOK_LIMIT_MS = 30_000;
const UNDO_LIMIT_MS = 60_000;
const CANNOT_SHOW = "Cannot show the changes";

export function changeSource(
  sessions: { get(sessionId: string): Promise<Pick<Session, "betweenTurns" | "note">> },
  files: SessionsWithFiles,
): ChangeSource {
  return {
    list: (sessionId) => telling(CANNOT_SHOW, async () => (await open(files, sessionId)).changes),

    diff: (sessionId, { changeSet: wanted, andLater: later }) =>
      telling(CANNOT_SHOW, async () => {
        const andLater = later === "1";
        const { hosts, changes, signal } = await open(files, sessionId);
        const usual = andLater ? changes[0] : undoableTurns(changes)[0];
        const set = wanted === undefined ? usual : find(changes, wanted);
        if (!hosts || !set) return { changeSet: null, diff: "" };
        const { changeSet } = set;
        return { changeSet, diff: await diffChanges(hosts, { changeSet, andLater }, signal) };
      }),

    async undo(sessionId, body) {
      const session = await sessions.get(sessionId);
      return await session.betweenTurns((stop) =>
        telling("Cannot undo", async () => {
          const { hosts, changes, signal } = await open(files, sessionId, UNDO_LIMIT_MS, stop);
          const result = hosts && await undoFirst(hosts, changes, body, signal);
          if (!result) throw new OptaError("not_found", "No turn of this session has changes that could be undone.");
          const { undoId, restored, conflicts: _, ...what } = result;
          if (undoId === null) return result;
          files.forgetRead(sessionId);
          const payload = { ...what, undoId, files: restored.slice(0, MAX_UNDONE_FILES), fileCount: restored.length };
          await session.note({ event: "session.undone", payload }, "synced");
          return result;
        })
      );
    },
  };
}

/** Undoes what is wanted, or else the latest turn of which something is still there; `null` when there is none. */
async function undoFirst(
  hosts: WritingHosts,
  changes: readonly ChangeSet[],
  { changeSet: wanted, force = false }: UndoBody,
  signal: AbortSignal,
): Promise<UndoResult | null> {
  for (const { changeSet, turnId, kind } of wanted === undefined ? undoableTurns(changes) : [find(changes, wanted)]) {
    const { id: undoId, restored, conflicts } = await undoTurn(hosts, { changeSet, force }, signal);
    const isBack = restored.length === 0 && conflicts.length === 0; // somebody has put these files back by hand
    if (isBack && wanted === undefined) continue;
    return { changeSet, turnId, kind: kind === "undo" ? "redo" : "undo", undoId, restored, conflicts };
  }
  return null;
}

/** What there is of a session. Without hosts there are no changes. */
async function open(files: SessionsWithFiles, sessionId: string, limitMs = LOOK_LIMIT_MS, stop?: AbortSignal) {
  const hosts = await files.hostsOf(sessionId);
  const signal = AbortSignal.any([AbortSignal.timeout(limitMs), ...(stop ? [stop] : [])]);
  return { hosts, signal, changes: hosts ? toldChanges(await listChanges(hosts, signal)) : [] };
}

function find(changes: readonly ChangeSet[], wanted: string): ChangeSet {
  const set = changes.find(({ changeSet }) => changeSet === wanted);
  if (set) return set;
  throw new OptaError("not_found", `There are no changes of "${wanted}" in this session, or they are no longer kept.`);
}

/** What a host cannot do is told in its words: it is about the files of whoever asks. */
async function telling<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HostError) {
      throw new OptaError("conflict", `${what}: ${error.message}.`, undefined, { cause: error });
    }
    throw error;
  }
}
