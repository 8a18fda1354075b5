/** `opta sessions import`: one session of each file, all of it or nothing; the other files go in all the same. */
import type { ImportedSession } from "@opta/protocol";
import { Api, ApiError } from "@opta/protocol/client";
import { abortable } from "../abortable.ts";
import { isDeleted } from "../chat/find_session.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note, writeErr, writeJson, writeOut } from "../output/output.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { ImportFault } from "./importing/import_fault.ts";
import { readSessionFile } from "./importing/read_session_file.ts";
import { type SessionFile, sessionIdOf } from "./importing/session_file.ts";

export interface ImportFlags {
  json?: true;
  /** Only look. */
  dryRun?: true;
  /** Also what is here already. */
  again?: true;
}

/** Milliseconds for one file: the largest takes the daemon some ten seconds. */
const IMPORT_TIMEOUT_MS = 300_000;
/** Means standard input. */
const STDIN = "-";

type Result =
  & { file: string }
  & (
    | { outcome: ImportedSession["outcome"]; sessionId: string; title: string; turns: number; notes: string[] }
    | { outcome: "failed"; error: string }
  );

export async function importSessions(files: string[], flags: ImportFlags): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  if (files.filter((file) => file === STDIN).length > 1) {
    throw new CliError("Standard input can be read once only: name - once", ExitCode.usage);
  }
  const results: Result[] = [];
  try {
    const api = new Api(await ensureDaemon({ env: Deno.env.toObject(), signal }));
    for (const [i, file] of files.entries()) {
      const result = await withProgress(i, files, () => importFile(api, file, flags, signal));
      results.push(result);
      if (!flags.json) say(result, flags);
    }
  } catch (error) {
    if (flags.json && results.length > 0) writeJson(documentOf(results, flags)); // these are done, whatever came then
    if (!signal.aborted) throw error;
    return ExitCode.cancelled;
  }
  if (flags.json) writeJson(documentOf(results, flags));
  return results.some(({ outcome }) => outcome === "failed") ? ExitCode.failed : ExitCode.done;
}

function documentOf(files: Result[], { dryRun }: ImportFlags) {
  return { dryRun: dryRun === true, files };
}

async function importFile(api: Api, file: string, flags: ImportFlags, signal: AbortSignal): Promise<Result> {
  try {
    const bytes = await abortable(openFile(file), signal); // a pipe opens when somebody writes to it
    const session = await readSessionFile(bytes, new Date().toISOString(), signal);
    const here = flags.again ? null : await findOrigin(api, session, signal);
    if (here) return { file, ...here, title: "", turns: 0, notes: [] };
    const sessionId = flags.again ? `sess_${crypto.randomUUID()}` : sessionIdOf(session.hash);
    const { outcome, title, turns, leftOut, endedTurns } = await api.call("importSession", {
      query: { sessionId, ...(flags.dryRun && { dryRun: "1" as const }) },
      body: new Blob([session.text]),
      timeoutMs: IMPORT_TIMEOUT_MS,
      signal,
    });
    const notes = outcome === "imported" ? [...session.remarks, ...notesOf({ leftOut, endedTurns })] : [];
    return { file, outcome, sessionId, title, turns, notes };
  } catch (error) {
    if (!isOfFile(error)) throw error;
    return { file, outcome: "failed", error: reasonOf(error) };
  }
}

/** Others may go well: this one is not there, cannot be read, or is no session. */
function isOfFile(error: unknown): error is Error {
  if (error instanceof ApiError) return [400, 413].includes(error.status) || error.code === "queue_full";
  if (error instanceof ImportFault) return true;
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code);
}

async function openFile(file: string): Promise<ReadableStream<Uint8Array>> {
  if (file === STDIN) return Deno.stdin.readable;
  if ((await Deno.stat(file)).isDirectory) {
    throw new ImportFault("", "it is a folder: name the files in it, as in opta sessions import FOLDER/*.json");
  }
  return (await Deno.open(file)).readable;
}

/** The very session that an exported log is of, when it is here still, or waits to be restored. */
async function findOrigin(
  api: Api,
  { origin }: SessionFile,
  signal: AbortSignal,
): Promise<{ outcome: "exists" | "deleted"; sessionId: string } | null> {
  if (!origin) return null;
  const { sessionId, epoch, seq: afterSeq } = origin;
  try {
    await api.call("readEvents", { params: { sessionId }, query: { epoch, afterSeq, limit: 1 }, signal });
    return { outcome: "exists", sessionId };
  } catch (error) {
    if (!(error instanceof ApiError && [400, 404, 410].includes(error.status))) throw error;
    if (error.status !== 404) return null;
  }
  return await isDeleted(api, sessionId, signal) ? { outcome: "deleted", sessionId } : null;
}

function notesOf({ leftOut, endedTurns }: Pick<ImportedSession, "leftOut" | "endedTurns">): string[] {
  const { approvals, workspaces, unknownEvents, unknownKeys } = leftOut;
  const counts: [number, string][] = [
    [endedTurns, "turns that were left open, which are ended"],
    [approvals, "approvals, for what is imported permits nothing"],
    [workspaces, "folders of tools: resume it in a folder"],
    [unknownEvents, "events of a later version"],
    [unknownKeys, "fields of a later version"],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) =>
    `not taken over as they were: ${count} × ${what}`
  );
}

function say(result: Result, { dryRun }: ImportFlags): void {
  const file = sanitizeLine(result.file);
  if (result.outcome === "failed") return note(`Cannot import ${file}: ${sanitizeLine(result.error)}`);
  const { outcome, sessionId, title, turns, notes } = result;
  switch (outcome) {
    case "imported":
      writeOut(`${dryRun ? "would import" : `imported ${sessionId}`}  ${file}\n`);
      note(`${file}: "${sanitizeLine(title) || "untitled"}", ${turns} ${turns === 1 ? "turn" : "turns"}`);
      break;
    case "exists":
      note(`${file}: is here already, as ${sessionId}; --again imports it once more`);
      break;
    case "deleted":
      note(`${file}: was deleted; "opta sessions restore ${sessionId}" brings it back, --again imports it anew`);
      break;
    default:
      outcome satisfies never;
  }
  for (const each of notes) note(`${file}: ${sanitizeLine(each)}`);
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be read";
  return error.message;
}

/** A line that says how far it has come, while there is somebody to see it. */
async function withProgress<T>(done: number, files: readonly string[], work: () => Promise<T>): Promise<T> {
  const isShown = files.length > 1 && Deno.stderr.isTerminal();
  if (isShown) writeErr(`\r\x1b[Kimporting ${done + 1} of ${files.length}`);
  try {
    return await work();
  } finally {
    if (isShown) writeErr("\r\x1b[K");
  }
}
