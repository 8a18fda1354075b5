/**
 * Which owner may append to which session. One process holds the whole store, so that memory is the right place: the
 * leases of a process that died are gone with it.
 */
export class Leases {
  readonly #leases = new Map<string, { owner: string; expiresAtMs: number }>();
  readonly #now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes or renews; `false` when another owner's lease is still running. */
  take(sessionId: string, owner: string, ttlMs: number): boolean {
    const held = this.#leases.get(sessionId);
    const now = this.#now();
    if (held && held.owner !== owner && held.expiresAtMs > now) return false;
    this.#leases.set(sessionId, { owner, expiresAtMs: now + ttlMs });
    return true;
  }

  release(sessionId: string, owner: string): void {
    if (this.#leases.get(sessionId)?.owner === owner) this.#leases.delete(sessionId);
  }

  /** The session is gone, and whoever owned it. */
  drop(sessionId: string): void {
    this.#leases.delete(sessionId);
  }
}
