/** The background processes of all sessions, for the routes: processes are found by their own id, whatever the session. */
import {
  type BackgroundKilled,
  type BackgroundOutput,
  type BackgroundOutputQuery,
  type BackgroundProcess,
  type BackgroundSignal,
  OptaError,
  type StartBackgroundBody,
} from "@opta/protocol";
import { type BackgroundProcesses, noSuchProcess } from "./background_processes.ts";

export interface BackgroundSource {
  list(sessionId?: string): BackgroundProcess[];
  /** @throws {OptaError} when there is no such session, or no more may run */
  start(body: StartBackgroundBody): Promise<BackgroundProcess>;
  /** @throws {OptaError} when there is none of that name, as of those below */
  status(processId: string): BackgroundProcess;
  output(processId: string, query: BackgroundOutputQuery): BackgroundOutput;
  kill(processId: string, signal?: BackgroundSignal): Promise<BackgroundKilled>;
}

export interface SessionsWithProcesses {
  /** @throws {OptaError} when there is no such session, or it has no folders */
  of(sessionId: string): Promise<BackgroundProcesses>;
  /** Of the sessions that have any. */
  all(): Iterable<BackgroundProcesses>;
}

/** For a daemon without tools. */
export const noProcesses: SessionsWithProcesses = {
  of: (sessionId) => Promise.reject(new OptaError("not_found", `Session ${sessionId} cannot run commands.`)),
  all: () => [],
};

export function backgroundSource(sessions: SessionsWithProcesses): BackgroundSource {
  const find = (processId: string): BackgroundProcesses => {
    for (const processes of sessions.all()) if (processes.has(processId)) return processes;
    throw noSuchProcess(processId);
  };
  return {
    list: (sessionId) =>
      [...sessions.all()].flatMap((processes) => processes.list())
        .filter((process) => sessionId === undefined || process.sessionId === sessionId),
    start: async ({ sessionId, ...request }) => await (await sessions.of(sessionId)).start(request),
    status: (processId) => find(processId).status(processId),
    output: (processId, query) => find(processId).output(processId, query),
    kill: async (processId, signal) => await find(processId).kill(processId, signal),
  };
}
