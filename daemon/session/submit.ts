/**
 * Idempotent submits [S4]: which turn a client's own id stands for. The store has the answer for those that are durable,
 * this file for those on their way there.
 */
import { OptaError, type SubmitBody, type SubmitResult } from "@opta/protocol";
import { createHash } from "node:crypto";
import type { Store } from "../store/store.ts";

export class SubmitKeys {
  readonly #store: Store;
  readonly #sessionId: string;
  /** As many as there are requests under way. */
  readonly #underWay = new Map<string, { bodyHash: string; result: Promise<SubmitResult> }>();

  constructor(store: Store, sessionId: string) {
    this.#store = store;
    this.#sessionId = sessionId;
  }

  /** A submit has not been answered. */
  get pending(): boolean {
    return this.#underWay.size > 0;
  }

  /**
   * Calls `enqueue` unless the same id was submitted before; then the answer is the turn of that time.
   *
   * @throws {OptaError} `idempotency_conflict` when the id was used for another body
   */
  async once(clientTurnId: string, bodyHash: string, enqueue: () => Promise<SubmitResult>): Promise<SubmitResult> {
    const earlier = this.#underWay.get(clientTurnId);
    if (earlier) {
      refuseOtherBody(clientTurnId, earlier.bodyHash, bodyHash);
      return { ...await earlier.result, duplicate: true };
    }
    const result = this.#storedOr(clientTurnId, bodyHash, enqueue);
    this.#underWay.set(clientTurnId, { bodyHash, result });
    try {
      return await result;
    } finally {
      this.#underWay.delete(clientTurnId);
    }
  }

  async #storedOr(clientTurnId: string, bodyHash: string, enqueue: () => Promise<SubmitResult>) {
    const stored = await this.#store.findSubmit(this.#sessionId, clientTurnId);
    if (!stored) return await enqueue();
    refuseOtherBody(clientTurnId, stored.bodyHash, bodyHash);
    return { turnId: stored.turnId, queued: stored.position, duplicate: true };
  }
}

function refuseOtherBody(clientTurnId: string, before: string, now: string): void {
  if (before === now) return;
  const message = `clientTurnId "${clientTurnId}" was used for another turn. Make a new id for each turn.`;
  throw new OptaError("idempotency_conflict", message);
}

/** Tells whether two submits ask for the same turn: everything that the turn will be, and who asks. */
export function hashSubmit({ writerId, content, mode, metadata, overrides }: SubmitBody): string {
  const parts = [writerId, content, mode, sorted(metadata), sorted(overrides)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

/** The same object with its keys in order at every depth, so that their order does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]));
}
