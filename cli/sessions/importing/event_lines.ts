/**
 * Writes the log that the daemon imports: the events of a session, one a line, as an export has them. Its envelope names
 * nobody: the daemon gives the session an id, an epoch and numbers of its own.
 */
import type { EventDraft } from "@opta/protocol";

const NOBODY = { daemonId: "import", sessionId: "import", epoch: "import" };

export class EventLines {
  readonly #lines: string[] = [];
  #lastTs = "";

  add(draft: EventDraft, ts: string): void {
    const seq = this.#lines.length + 1;
    const { event, payload } = draft;
    this.#lines.push(JSON.stringify({ v: "3", event, ...NOBODY, seq, ts, payload }));
    this.#lastTs = ts;
  }

  /** The time of the last event. */
  get lastTs(): string {
    return this.#lastTs;
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}
