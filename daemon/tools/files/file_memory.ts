/**
 * What the model of each session has last seen of files, so that it changes nothing that it has not read, or that somebody
 * else has changed since; and what a call was previewed with, so that it changes nothing else.
 */

/** Of one file: `null` when there was none. */
export type Version = string | null;

/** Sessions remembered, the ones that were used last; a model that is not remembered has to read again. */
const MAX_SESSIONS = 256;
/** Files remembered of one session. */
const MAX_FILES = 4_096;
/** Calls that were previewed and have not run: those that wait for a person, and those that were refused. */
const MAX_CALLS = 1_024;

export class FileMemory {
  readonly #seen = new Map<string, Map<string, Version>>();
  readonly #bases = new Map<string, Record<string, Version>>();

  /** @param real the file's real path */
  saw(sessionId: string, real: string, version: Version): void {
    const files = this.#seen.get(sessionId) ?? new Map<string, Version>();
    putLast(files, real, version, MAX_FILES);
    putLast(this.#seen, sessionId, files, MAX_SESSIONS);
  }

  /** `undefined` when the session has not seen the file. */
  lastSeen(sessionId: string, real: string): Version | undefined {
    return this.#seen.get(sessionId)?.get(real);
  }

  /** Binds a call to the files that it was previewed with, by real path. */
  bind(sessionId: string, callId: string, bases: Record<string, Version>): void {
    putLast(this.#bases, keyOf(sessionId, callId), bases, MAX_CALLS);
  }

  /** What the call is bound to, once. */
  takeBases(sessionId: string, callId: string): Record<string, Version> | undefined {
    const key = keyOf(sessionId, callId);
    const bases = this.#bases.get(key);
    this.#bases.delete(key);
    return bases;
  }

  /** For a session that is removed, or of which files were put back. */
  forget(sessionId: string): void {
    this.#seen.delete(sessionId);
  }
}

function keyOf(sessionId: string, callId: string): string {
  return JSON.stringify([sessionId, callId]);
}

/** Puts an entry last, and drops the first one beyond the bound. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= max) return;
    map.delete(oldest);
  }
}
