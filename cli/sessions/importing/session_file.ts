/** A file as it is brought to the daemon. */
import { createHash } from "node:crypto";

/** A log to import, of whatever form of file. */
export interface SessionFile {
  format: "jsonl" | "json" | "messages";
  /** The events, one a line. */
  text: string;
  /** Names what was said: the same file has the same one, and the same session exported again, too. */
  hash: string;
  /** Where the log comes from, if it says so: that very session may be here still. */
  origin: { sessionId: string; epoch: string; seq: number } | null;
  /** What of it could not be taken over, for people. */
  remarks: string[];
}

/** The facts of a log, without whom it belonged to. */
export class ContentHash {
  readonly #hash = createHash("sha256");

  add(event: string, ts: string, payload: unknown): void {
    this.#hash.update(JSON.stringify([event, ts, withoutSession(payload)]) + "\n");
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** An id as the daemon makes them, the same for the same content. */
export function sessionIdOf(hash: string): string {
  const [, ...parts] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(hash) ?? [];
  return `sess_${parts.join("-")}`;
}

/** Events of background processes repeat the session's id. */
function withoutSession(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null) return payload;
  const { sessionId: _, process, ...rest } = payload as Record<string, unknown>;
  return process === undefined ? rest : { ...rest, process: withoutSession(process) };
}
