/**
 * A conversation as running text: turns in the order in which they happen, each with its prompt, its answer as it
 * grows, and how it ended. It gives text and writes nothing; it knows what has been given, so that a reset of the state
 * neither repeats nor skips a character.
 */
import type { Message, Payload, Permission, SessionState, Turn, TurnEnd } from "@opta/protocol";
import type { SessionChange } from "@opta/protocol/client";
import type { Colors } from "../output/colors.ts";
import { sanitize, sanitizeLine } from "../output/sanitize.ts";
import { wrapWords } from "../output/wrap_words.ts";
import { formatStats } from "./format_stats.ts";
import { formatEnd, formatStart } from "./tool_lines.ts";
import { type Piece, TurnReader } from "./turn_reader.ts";

/** What stands before a prompt; `name` is that of another writer. */
export function paintMark({ bold, cyan }: Colors, name = ""): string {
  return bold(cyan(`${name}› `));
}

/** Whether progress of this phase is of no interest once it is over; who answers instead of another is. */
export function isPassing(phase: string): boolean {
  return phase !== "fallback";
}

/** Most remarks that wait for the end of a word; more come from no user, and are dropped. */
const MAX_WAITING_REMARKS = 50;

export interface TranscriptOptions {
  /** The client that looks: its own turns bear no name. */
  clientId: string;
  colors: Colors;
  /** How wide the terminal is now. */
  columns(): number;
}

export class Transcript {
  readonly #options: TranscriptOptions;
  /** Turns of which all has been given. */
  readonly #ended = new Set<string>();
  /** The turn that is being given. */
  #reader: TurnReader | null = null;
  /** The turn whose prompt stands as the last thing on the screen, because it was typed there. */
  #echoed: string | null = null;
  /** The call whose start stands as the last thing on the screen. */
  #startedCall: string | null = null;
  /** The state's, by the ids of their requests. */
  #permissions: Readonly<Record<string, Permission>> = {};
  #atLineStart = true;
  #atWordStart = true;
  #epoch = "";
  #hasOfferedRetry = false;
  #waiting: string[] = [];

  constructor(options: TranscriptOptions) {
    this.#options = options;
  }

  /** Whether what is given next begins a line. */
  get isAtLineStart(): boolean {
    return this.#atLineStart;
  }

  /** What the session held before; call it once, with the state that the first `change` follows. */
  history(state: SessionState): string {
    this.#epoch = state.epoch;
    this.#permissions = state.permissions;
    return state.imported.map((message) => this.#imported(message)).join("") + this.#catchUp(state);
  }

  change(change: SessionChange, state: SessionState): string {
    if (change.kind === "connection" || change.kind === "presence") return "";
    this.#permissions = state.permissions;
    if (change.kind === "reset") return this.#rewritten(state) + this.#catchUp(state);
    const { event } = change;
    switch (event.event) {
      case "turn.token":
      case "turn.thinking":
        if (this.#reader?.turnId !== event.payload.turnId || !state.active) return this.#catchUp(state);
        return this.#pieces(this.#reader.readDelta(event, state.active));
      case "turn.progress": {
        const { phase, message } = event.payload;
        return this.#catchUp(state) + (isPassing(phase) ? "" : this.remark(sanitizeLine(message)));
      }
      case "background.status":
        return this.#catchUp(state) + this.remark(describeProcess(event.payload));
      case "session.updated": {
        const { model } = event.payload;
        if (model === undefined || event.payload.createdAt !== undefined) return "";
        return this.remark(
          `The model of this session is now ${model === null ? "the daemon's choice" : sanitizeLine(model)}`,
        );
      }
      default:
        return this.#catchUp(state);
    }
  }

  /** What was typed at the prompt; the turn that comes of it need not repeat it, if nothing comes between. */
  typed(content: string, clientTurnId: string | null): string {
    const text = this.#prompt("", content);
    this.#echoed = clientTurnId;
    return text;
  }

  /** A dimmed line about the conversation. In the middle of a word it waits for its end. */
  remark(text: string): string {
    if (!this.#reader || this.#atWordStart) return this.#wrappedLine(this.#options.colors.dim(text));
    if (this.#waiting.length < MAX_WAITING_REMARKS) this.#waiting.push(text);
    return "";
  }

  /** A line of its own, at once. */
  line(text: string): string {
    return this.#give(`${this.#lineBreak()}${text}\n`);
  }

  #wrappedLine(text: string): string {
    return this.line(wrapWords(text, this.#options.columns()));
  }

  #catchUp(state: SessionState): string {
    const { turns, active, queue } = state;
    let first = turns.length;
    while (first > 0 && !this.#ended.has(turns[first - 1]!.turnId)) first--;
    const current = active ?? (queue[0]?.progress ? queue[0] : null); // a turn that tries to reach a model has begun
    return turns.slice(first).map((turn) => this.#whole(turn)).join("") + (current ? this.#soFar(current) : "");
  }

  #rewritten(state: SessionState): string {
    const { epoch } = state;
    const isRewritten = this.#epoch !== "" && this.#epoch !== epoch;
    this.#epoch = epoch;
    if (!isRewritten) return "";
    this.#reader = null;
    const { yellow } = this.#options.colors;
    return this.line(
      yellow("The end of this session was lost or restored: the text above may differ from its log."),
    );
  }

  #whole(turn: Turn): string {
    this.#ended.add(turn.turnId);
    if (!turn.start && turn.end?.kind === "done" && this.#reader?.turnId !== turn.turnId) {
      return this.remark(`cancelled before it began: ${sanitizeLine(turn.content)}`);
    }
    const text = this.#soFar(turn) + this.#flushRemarks() + (turn.end ? this.#end(turn, turn.end) : "");
    this.#reader = null;
    return text;
  }

  #soFar(turn: Turn): string {
    if (this.#reader?.turnId === turn.turnId) return this.#pieces(this.#reader.read(turn));
    const begin = this.#flushRemarks() + this.#begin(turn);
    this.#reader = new TurnReader(turn.turnId);
    return begin + this.#pieces(this.#reader.read(turn));
  }

  #begin(turn: Turn): string {
    if (turn.clientTurnId !== null && turn.clientTurnId === this.#echoed) return "";
    const name = turn.clientId === this.#options.clientId ? "" : sanitizeLine(turn.writerId);
    return this.#prompt(name, turn.content);
  }

  #imported({ role, content }: Message): string {
    const { colors } = this.#options;
    if (role === "user") return this.#prompt("", content);
    const text = sanitize(content);
    return this.line(role === "system" ? colors.dim(`system: ${text}`) : text) + this.#give("\n");
  }

  #prompt(name: string, content: string): string {
    return this.line(paintMark(this.#options.colors, name) + sanitize(content).replaceAll("\n", "\n  "));
  }

  #pieces(pieces: Piece[]): string {
    return pieces.map((piece) => this.#piece(piece)).join("");
  }

  #piece(piece: Piece): string {
    switch (piece.kind) {
      case "text":
        return this.#startPart(piece.isFirst) + this.#words(piece.text, (words) => words);
      case "thinking":
        return this.#startPart(piece.isFirst) + this.#words(piece.text, this.#options.colors.dim);
      case "tool":
        return this.#tool(piece);
      default:
        return piece satisfies never;
    }
  }

  #tool({ part, step }: Extract<Piece, { kind: "tool" }>): string {
    const { colors, columns } = this.#options;
    const view = { colors, columns: columns() };
    if (step === "start") {
      const started = this.line(formatStart(part, view));
      this.#startedCall = part.callId;
      return started;
    }
    const isBelowStart = this.#startedCall === part.callId;
    const request = Object.values(this.#permissions).findLast(({ callId }) => callId === part.callId);
    return this.line(formatEnd(part, { ...view, isBelowStart, isCompact: step === "whole", request }));
  }

  /** A blank line between the parts of an answer; the first one follows its prompt directly. */
  #startPart(isFirst: boolean): string {
    return isFirst && !this.#atLineStart ? this.#give("\n\n") : "";
  }

  #words(text: string, paint: (text: string) => string): string {
    if (text === "") return "";
    const gap = this.#waiting.length > 0 ? text.search(/\s/) : -1;
    if (gap < 0) return this.#give(text, paint);
    const before = text.slice(0, gap);
    return this.#give(before, paint) + this.#flushRemarks() + this.#words(text.slice(gap + 1), paint);
  }

  #flushRemarks(): string {
    const remarks = this.#waiting;
    this.#waiting = [];
    return remarks.map((remark) => this.#wrappedLine(this.#options.colors.dim(remark))).join("");
  }

  #end(turn: Turn, end: TurnEnd): string {
    const { dim, red, yellow } = this.#options.colors;
    switch (end.kind) {
      case "error":
        return this.#wrappedLine(red(`${end.code}: ${sanitizeLine(end.message)}`)) + this.#offerRetry(turn, end) +
          this.#give("\n");
      case "done": {
        const how = end.finishReason === "cancelled" ? this.line(yellow("cancelled")) : "";
        return how + this.#wrappedLine(dim(formatStats(turn, end))) + this.#give("\n");
      }
      default:
        return end satisfies never;
    }
  }

  /** Once: whoever has read it knows. */
  #offerRetry({ clientId }: Turn, { retryable }: Extract<TurnEnd, { kind: "error" }>): string {
    if (!retryable || this.#hasOfferedRetry || clientId !== this.#options.clientId) return "";
    this.#hasOfferedRetry = true;
    return this.line(this.#options.colors.dim("/retry asks again"));
  }

  #lineBreak(): string {
    return this.#atLineStart ? "" : this.#give("\n");
  }

  #give(text: string, paint: (text: string) => string = (text) => text): string {
    if (text === "") return "";
    this.#atLineStart = text.endsWith("\n");
    this.#atWordStart = /\s$/.test(text);
    this.#echoed = this.#startedCall = null;
    return paint(text);
  }
}

/** A background process that began or ended. */
export function describeProcess({ process, reason }: Payload<"background.status">): string {
  const { label, command, pid, exitCode, state } = process;
  const how = exitCode === null ? reason : `${state}, exit ${exitCode}`;
  return sanitizeLine(`background: ${label ?? command}${pid === null ? "" : ` (pid ${pid})`}: ${how}`);
}
