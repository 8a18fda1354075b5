/**
 * Sessions and models, as the daemon knows them now or, when it does not run or is late, as it said last. An answer that is
 * late is waited for by a process of its own, so that the next Tab has it.
 */
import { join } from "node:path";
import { askDaemon, type DaemonAddress, findAddress } from "./ask_daemon.ts";
import {
  type KnownValues,
  MAX_SESSIONS,
  type ModelValue,
  readModels,
  readSessions,
  type SessionValue,
} from "./known_values.ts";
import { keepInCache, readCache } from "./value_cache.ts";

export interface LiveValues {
  sessions(): Promise<SessionValue[]>;
  models(): Promise<ModelValue[]>;
}

/** With the start of the command itself, an answer has to be there within 100 ms. */
const ANSWER_TIMEOUT_MS = 60;
/** A model server across the network answers within this, or is not there. */
const REFRESH_TIMEOUT_MS = 5_000;
const REFRESH_LOCK = "completions.lock";

/** @param refreshLater starts what calls `refreshValues` and is not waited for */
export function liveValues(
  stateDir: string,
  refreshLater: () => void,
  answerTimeoutMs: number = ANSWER_TIMEOUT_MS,
): LiveValues {
  const latest = async <Name extends keyof KnownValues>(
    name: Name,
    read: (daemon: DaemonAddress, signal: AbortSignal) => Promise<KnownValues[Name]>,
  ): Promise<KnownValues[Name]> => {
    const daemon = await findAddress(stateDir);
    const signal = AbortSignal.timeout(answerTimeoutMs);
    try {
      if (daemon) {
        const fresh = await read(daemon, signal);
        await keepInCache(stateDir, { [name]: fresh }).catch(() => {}); // it can be shown all the same
        return fresh;
      }
    } catch {
      if (signal.aborted) refreshLater(); // else it has gone; what it said last is as good as it gets
    }
    return (await readCache(stateDir))[name] ?? [] as KnownValues[Name];
  };
  return {
    sessions: () => latest("sessions", askSessions),
    models: () => latest("models", askModels),
  };
}

/** Asks for everything, with time; not while another does, or each Tab would add one to those that wait for a slow daemon. */
export async function refreshValues(stateDir: string): Promise<void> {
  const daemon = await findAddress(stateDir);
  if (!daemon) return;
  using lock = await Deno.open(join(stateDir, REFRESH_LOCK), { create: true, write: true, mode: 0o600 });
  if (!await lock.tryLock(true)) return;
  const signal = AbortSignal.timeout(REFRESH_TIMEOUT_MS);
  const [sessions, models] = await Promise.allSettled([askSessions(daemon, signal), askModels(daemon, signal)]);
  await keepInCache(stateDir, {
    ...(sessions.status === "fulfilled" && { sessions: sessions.value }),
    ...(models.status === "fulfilled" && { models: models.value }),
  });
}

async function askSessions(daemon: DaemonAddress, signal: AbortSignal): Promise<SessionValue[]> {
  return readSessions(known(await askDaemon(daemon, `/v3/sessions?limit=${MAX_SESSIONS}`, signal)));
}

async function askModels(daemon: DaemonAddress, signal: AbortSignal): Promise<ModelValue[]> {
  const [list, onDisk] = await Promise.all([
    askDaemon(daemon, "/v3/models", signal),
    askDaemon(daemon, "/v3/lmx/models/available", signal),
  ]);
  return readModels(known(list), onDisk);
}

/** A refusal must not take the place of the answer before it. */
function known(answer: unknown): unknown {
  if (answer === null || answer === undefined) throw new Error("The daemon gives no answer");
  return answer;
}
