/** What the turns of a session have changed in files, and the way back: for the routes that people use. */
import type { HostProcess } from "../../host/host_process.ts";
import type { Hosts } from "../../tool.ts";
import { checkpointFolder } from "../files_host.ts";
import { callFiles, type ChangeSetSummary, type UndoReport } from "../operations.ts";

/** Only the writer sees checkpoints. */
type Writer = Pick<Hosts, "writer">;

/** Oldest first. @throws {HostError} */
export async function listChanges(hosts: Writer, signal: AbortSignal): Promise<ChangeSetSummary[]> {
  return (await callFiles(await hosts.writer(), "listChanges", {}, { signal })).changeSets;
}

/** A unified diff. @throws {HostError} for a change set that is not there, too */
export async function diffChanges(
  hosts: Writer,
  request: { changeSet: string; andLater: boolean },
  signal: AbortSignal,
): Promise<string> {
  return (await callFiles(await hosts.writer(), "diffChanges", request, { signal })).diff;
}

/**
 * Takes the changes of a turn, or of an undo, back. While a turn runs it may change the same files: ask first.
 *
 * @throws {HostError} when nothing was changed, or not all could be put back
 */
export async function undoTurn(
  hosts: Writer,
  request: { changeSet: string; force: boolean },
  signal: AbortSignal,
): Promise<UndoReport> {
  const writer: HostProcess = await hosts.writer();
  return await callFiles(writer, "undoChanges", request, { signal });
}

/** For a session that is removed. */
export async function removeCheckpoints(stateDir: string, sessionId: string): Promise<void> {
  try {
    await Deno.remove(checkpointFolder(stateDir, sessionId), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
