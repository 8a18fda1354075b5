/**
 * Reads a log that somebody brings, line by line, as one that this daemon could have written: numbered anew, in an epoch of
 * its own, checked against the rules that hold for every log, and brought to an end where it was broken off. Nothing is run
 * and nothing is stored here. Numbers, epoch and ids of the envelope are only looked at to see that nothing is missing.
 */
import {
  answerOf,
  Envelope,
  type EventDraft,
  fold,
  type ImportedSession,
  initialState,
  jsonExcess,
  MAX_BODY_BYTES,
  MAX_IMPORT_EVENTS,
  OptaError,
  type OptaEvent,
  parseEvent,
  type SessionState,
} from "@opta/protocol";
import { z } from "zod";
import type { LogSlice, SearchText } from "../store/store.ts";
import { withdraw } from "./ask_permission.ts";
import { endLeftOver } from "./end_left_over.ts";
import { importedEvent, type LeftOut } from "./imported_event.ts";
import { MAX_IMPORTED_ENTRIES, MAX_IMPORTED_KEYS, MAX_QUEUED_TURNS } from "./limits.ts";
import { sessionIndex } from "./session_log.ts";
import { cancelled, interruption } from "./turn.ts";

const Time = z.iso.datetime({ offset: true, error: "the time of the event is none" });

export interface LogImportOptions {
  sessionId: string;
  epoch: string;
  daemonId: string;
  /** Milliseconds since 1970: nothing that is read happened later. */
  nowMs: number;
}

export class LogImport {
  readonly #options: LogImportOptions;
  readonly #leftOut: LeftOut = { approvals: 0, workspaces: 0, unknownEvents: 0, unknownKeys: 0 };
  readonly #turnIds = new Set<string>();
  readonly #processIds = new Set<string>();
  readonly sessionId: string;
  readonly epoch: string;
  #state: SessionState;
  #lineCount = 0;
  /** The history that the lines are of, and the number of the last. */
  #source: { sessionId: string; epoch: string; seq: number } | null = null;
  #permissionCount = 0;
  #endedTurns = 0;

  constructor(options: LogImportOptions) {
    this.#options = options;
    this.sessionId = options.sessionId;
    this.epoch = options.epoch;
    this.#state = initialState(options.sessionId, options.epoch);
  }

  get report(): Omit<ImportedSession, "outcome"> {
    const { sessionId, title, turns, seq } = this.#state;
    const counts = { turns: turns.length, events: seq, endedTurns: this.#endedTurns };
    return { sessionId, title, ...counts, leftOut: { ...this.#leftOut } };
  }

  /** What the next line of the log becomes; `null` for an empty one. @throws {OptaError} `invalid_request`, with the line */
  take(text: string): LogSlice | null {
    this.#lineCount++;
    try {
      if (this.#lineCount > MAX_IMPORT_EVENTS) throw new TypeError(`there are more than ${MAX_IMPORT_EVENTS} lines`);
      return text.trim() === "" ? null : this.#append(this.#read(text));
    } catch (error) {
      if (!(error instanceof z.ZodError || error instanceof TypeError)) throw error;
      const message = `Line ${this.#lineCount}: ${faultOf(error)}`;
      throw new OptaError("invalid_request", message, { line: this.#lineCount }, { cause: error });
    }
  }

  /** What ends all that the log leaves open. @throws {OptaError} `invalid_request` when there was no log */
  end(): LogSlice {
    if (this.#state.seq === 0) throw new OptaError("invalid_request", "There is no event in it.");
    const { active, queue, permissions, updatedAt } = this.#state;
    const open = Object.values(permissions).filter(({ resolved, turnId }) => !resolved && turnId !== active?.turnId);
    const drafts = [
      ...endLeftOver(this.#state, interruption, () => false),
      ...open.map(({ requestId }) => withdraw(requestId, "cancelled")),
      ...queue.map(cancelled),
    ];
    this.#endedTurns = queue.length + (active ? 1 : 0);
    return this.#append(drafts.map((draft) => ({ draft, ts: updatedAt })));
  }

  #read(text: string): { draft: EventDraft; ts: string }[] {
    if (text.length > MAX_BODY_BYTES) throw new TypeError(`it is longer than ${MAX_BODY_BYTES} bytes`);
    const excess = jsonExcess(text);
    if (excess !== null) throw new TypeError(excess);
    const value = parseJson(text);
    refuseProtoKeys(value);
    const envelope = Envelope.parse(value);
    this.#requireNext(envelope);
    const event = parseEvent(value);
    this.#leftOut.unknownKeys += keyCount(value) - keyCount(envelope);
    if (event.event === "unknown") {
      this.#leftOut.unknownEvents++;
      return [];
    }
    this.#leftOut.unknownKeys += Math.max(0, keyCount(envelope.payload) - keyCount(event.payload));
    const ts = this.#timeOf(event.ts);
    const draft = importedEvent(event, { sessionId: this.sessionId, nowMs: this.#options.nowMs }, this.#leftOut);
    this.#requireRules(draft);
    return [{ draft: this.#state.seq === 0 ? asFirst(draft, ts) : draft, ts }];
  }

  /** The lines of one history, none of them missing. */
  #requireNext({ sessionId, epoch, seq }: z.infer<typeof Envelope>): void {
    const source = this.#source ??= { sessionId, epoch, seq: 0 };
    if (sessionId !== source.sessionId || epoch !== source.epoch) {
      throw new TypeError("it is of another session, or of another epoch, than the line before");
    }
    if (seq !== source.seq + 1) throw new TypeError(`event ${source.seq + 1} is missing: this one is number ${seq}`);
    source.seq = seq;
  }

  /** A clock that was wrong must not put the session in front of all others for ever. */
  #timeOf(ts: string): string {
    return new Date(Math.min(Date.parse(Time.parse(ts)), this.#options.nowMs)).toISOString();
  }

  /** What holds for every log of a daemon, and what the cost of folding it hangs on. */
  #requireRules({ event, payload }: EventDraft): void {
    const { active, queue, turns, writers } = this.#state;
    if (event === "turn.queued") {
      if (this.#turnIds.has(payload.turnId)) throw new TypeError(`the turn ${payload.turnId} comes twice`);
      this.#turnIds.add(payload.turnId);
      if (queue.length > MAX_QUEUED_TURNS) throw new TypeError(`more than ${MAX_QUEUED_TURNS} turns wait`);
    }
    if (event === "turn.start" && active) throw new TypeError("a turn starts while another one runs");
    if (Math.max(turns.length, active?.parts.length ?? 0, writers.length) > MAX_IMPORTED_ENTRIES) {
      throw new TypeError(`there are more than ${MAX_IMPORTED_ENTRIES} turns, parts of a turn or writers`);
    }
    if (event === "permission.request") this.#permissionCount++;
    if (event === "background.status") this.#processIds.add(payload.process.processId);
    if (Math.max(this.#permissionCount, this.#processIds.size) > MAX_IMPORTED_KEYS) {
      throw new TypeError(`there are more than ${MAX_IMPORTED_KEYS} requests for permission or processes`);
    }
  }

  #append(drafts: { draft: EventDraft; ts: string }[]): LogSlice {
    const lines: string[] = [];
    const search: SearchText[] = [];
    for (const { draft, ts } of drafts) {
      const { sessionId, epoch } = this;
      const { daemonId } = this.#options;
      const seq = this.#state.seq + 1;
      const envelope = { v: "3", event: draft.event, daemonId, sessionId, epoch, seq, ts };
      const event = { ...envelope, payload: draft.payload } as OptaEvent; // the draft pairs its name with its payload
      search.push(...this.#searchText(event));
      lines.push(JSON.stringify(event));
      this.#state = fold(this.#state, event);
    }
    return { lines, search, index: sessionIndex(this.#state) };
  }

  /** The same texts that a session puts into the index. */
  #searchText(event: OptaEvent): SearchText[] {
    if (event.event === "turn.queued") {
      const { turnId, content } = event.payload;
      return [{ turnId, role: "user", text: content }];
    }
    if (event.event !== "turn.done" && event.event !== "turn.error") return [];
    const { active } = this.#state;
    const text = active?.turnId === event.payload.turnId ? answerOf(active) : "";
    return text === "" ? [] : [{ turnId: event.payload.turnId, role: "assistant", text }];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError("it is not valid JSON", { cause });
  }
}

/** Every log begins by saying when its session was made. */
function asFirst(draft: EventDraft, ts: string): EventDraft {
  if (draft.event !== "session.updated") {
    throw new TypeError("a log does not begin like this: it begins with its session");
  }
  return { event: draft.event, payload: { ...draft.payload, createdAt: draft.payload.createdAt ?? ts } };
}

/** Depth is bounded by then. */
function refuseProtoKeys(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) throw new TypeError('it has the key "__proto__"');
  for (const inner of Object.values(value)) refuseProtoKeys(inner);
}

function keyCount(value: unknown): number {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function faultOf(error: z.ZodError | TypeError): string {
  if (!(error instanceof z.ZodError)) return error.message;
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".") || "the event"}: ${issue.message}` : "the event is not valid";
}
