/**
 * Writes the log that the daemon imports: the events of a session, one a line, as an export has them. Its envelope names
 * nobody: the daemon gives the session an id, an epoch and numbers of its own.
 */
import { type EventDraft, MAX_IMPORT_BYTES } from "@opta/protocol";
import { formatBytes } from "../../output/format_bytes.ts";
import { ImportFault } from "./import_fault.ts";

const NOBODY = { daemonId: "import", sessionId: "import", epoch: "import" };

export class EventLines {
  readonly #lines: string[] = [];
  #length = 0;
  #lastTs = "";

  /** @throws {ImportFault} when they are more than the daemon takes */
  add(draft: EventDraft, ts: string): void {
    const seq = this.#lines.length + 1;
    const { event, payload } = draft;
    const line = JSON.stringify({ v: "3", event, ...NOBODY, seq, ts, payload });
    this.#length += line.length + 1;
    if (this.#length > MAX_IMPORT_BYTES) {
      throw new ImportFault("", `it makes more than the ${formatBytes(MAX_IMPORT_BYTES)} of an import`);
    }
    this.#lines.push(line);
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
