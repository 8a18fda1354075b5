/**
 * What the terminal UI shows of a session's conversation: blocks that are printed once and scroll away, and the lines of
 * what still moves. It is shown states, as many or as few as there are frames, and knows what has been printed; a state
 * that does not go on from there is said, and the turn that differs is printed again.
 *
 *     state ─► take() ─► blocks for the scrollback: ended turns, then the finished parts of the one that runs
 *              live() ─► lines below them: the open block, running calls, a thought, the model's progress
 */
import type { SessionState, Turn } from "@opta/protocol";
import wrapAnsi from "wrap-ansi";
import type { PaneSize } from "../pane.ts";
import type { Theme } from "../theme.ts";
import { historyItems } from "./history.ts";
import { type Item, linesOf, type PrintedBlock } from "./item.ts";
import { LanguageGate } from "./language_gate.ts";
import { BlockRenderer } from "./render_block.ts";
import { SessionRemarks } from "./session_remarks.ts";
import type { TextView } from "./text_printer.ts";
import { requestsByCall } from "./turn_items.ts";
import { remark } from "./turn_lines.ts";
import { type TurnContext, TurnPrinter } from "./turn_printer.ts";

/** Ended turns that are printed at once, as after a long time without a connection; of more the latest. */
const MAX_UNSEEN = 50;
/** Remarks that wait for the end of a block; more come from no session, and the oldest go. */
const MAX_WAITING = 50;
/** Of the latest turns' text, in which languages are looked for before it is shown. */
const MAX_FENCES = 100;

export interface FeedOptions {
  theme: Theme;
  size: PaneSize;
  /** The client that looks: its own turns bear no name. */
  clientId: string;
  /** Milliseconds of the clock that `live` is given. */
  now(): number;
  /** Something could not be rendered, and is shown as plain text; called once. */
  onError(error: unknown): void;
  /** There is more to take or to draw, though no state came: the colours of a language. */
  onReady(): void;
}

export class TranscriptFeed {
  /** For what is printed from now on. */
  theme: Theme;
  columns: number;
  readonly #context: TurnContext;
  readonly #languages: LanguageGate;
  /** Rows of the live region, as they were given last. */
  #rows: number;
  /** Turns of which all is printed. */
  readonly #ended = new Set<string>();
  #printer: TurnPrinter | null = null;
  /** The turn that the printer prints, and the state that it is of. */
  #shown: { turn: Turn; state: SessionState } | null = null;
  #epoch: string | null = null;
  #remarks: SessionRemarks | null = null;
  #waiting: string[] = [];
  /** What was said from outside, and is to be printed next. */
  #said: Item[] = [];
  #key = 0;

  constructor({ theme, size, clientId, now, onError, onReady }: FeedOptions) {
    this.theme = theme;
    this.columns = size.columns;
    this.#rows = size.rows;
    this.#languages = new LanguageGate(onReady);
    this.#context = { clientId, now, renderer: new BlockRenderer(onError), languages: this.#languages };
  }

  /** Loads the colours of what `history` will show. It can do without. */
  async prepare(state: SessionState, maxTurns: number): Promise<void> {
    const texts = state.turns.slice(-maxTurns).flatMap(({ parts }) =>
      parts.flatMap((part) => part.kind === "text" ? [part.text] : [])
    );
    const fences = texts.flatMap((text) => [...text.matchAll(/^ *(?:```|~~~) *(\w\S*)/gm)]).slice(-MAX_FENCES);
    await this.#languages.load(fences.map(([, name]) => name!));
  }

  /** The latest turns of a session that is opened. What comes of it later is `take`'s, the running turn too. */
  history(state: SessionState, maxTurns: number): PrintedBlock[] {
    for (const { turnId } of state.turns) this.#ended.add(turnId);
    this.#epoch = state.epoch;
    this.#remarks = new SessionRemarks(state);
    const { clientId, renderer } = this.#context;
    const requests = requestsByCall(state.permissions);
    const view = { columns: this.columns, theme: this.theme, clientId, renderer, requests, isUnfolded: false };
    return this.#print(historyItems(state, maxTurns, view));
  }

  /** Lines that are painted and sanitized already, to be printed with what is taken next. */
  say(text: string): void {
    const lines = wrapAnsi(text, Math.max(1, this.columns), { hard: true, trim: false }).split("\n");
    this.#said.push({ lines, isApart: this.#said.length === 0 });
  }

  /** What is to be printed since the last call. */
  take(state: SessionState): PrintedBlock[] {
    const items: Item[] = this.#said.splice(0);
    this.#look(state, items);
    this.#takeTurns(state, items);
    this.#takeRemarks(items);
    return this.#print(items);
  }

  /** At most so many lines of what still moves; of more the last ones. */
  live({ columns, rows, nowMs }: PaneSize & { nowMs: number }): readonly string[] {
    this.#rows = rows;
    if (!this.#printer || !this.#shown) return [];
    const { turn, state } = this.#shown;
    const view = { columns, rows, theme: this.theme };
    const items = this.#printer.live(turn, state.permissions, view, nowMs);
    return linesOf(items, this.#key === 0).slice(-rows);
  }

  #look(state: SessionState, items: Item[]): void {
    const isRewritten = this.#epoch !== null && this.#epoch !== state.epoch;
    this.#epoch = state.epoch;
    this.#remarks ??= new SessionRemarks(state);
    this.#waiting = [...this.#waiting, ...this.#remarks.look(state)].slice(-MAX_WAITING);
    if (isRewritten || (this.#printer && !this.#find(this.#printer.turnId, state))) {
      this.#printer = this.#shown = null;
      const words = "The end of this session was lost or restored: the text above may differ from its log.";
      items.push({ lines: remark(words, this.#view, "warning"), isApart: true });
    }
    this.#takeRemarks(items);
  }

  #takeTurns(state: SessionState, items: Item[]): void {
    const { turns, active, queue } = state;
    let first = turns.length;
    while (first > 0 && !this.#ended.has(turns[first - 1]!.turnId)) first--;
    const unseen = turns.slice(first);
    const left = unseen.length - MAX_UNSEEN;
    if (left > 0) {
      items.push({ lines: remark(`… ${left} more turns: /history shows them`, this.#view), isApart: true });
      for (const { turnId } of unseen.slice(0, left)) this.#ended.add(turnId);
    }
    for (const turn of unseen.slice(Math.max(0, left))) {
      if (!this.#takeTurn(turn, state, items)) return;
    }
    const current = active ?? (queue[0]?.progress ? queue[0] : null); // a turn that tries to reach a model has begun
    if (current) this.#takeTurn(current, state, items);
  }

  /** @returns whether all of it is printed */
  #takeTurn(turn: Turn, state: SessionState, items: Item[]): boolean {
    if (this.#printer?.turnId !== turn.turnId) this.#printer = new TurnPrinter(turn.turnId, this.#context);
    this.#shown = { turn, state };
    items.push(...this.#printer.take(turn, state.permissions, this.#view));
    if (!this.#printer.isEnded) return false;
    this.#ended.add(turn.turnId);
    this.#printer = this.#shown = null;
    return true;
  }

  #takeRemarks(items: Item[]): void {
    if (this.#printer?.isWithinBlock) return;
    items.push(...this.#waiting.splice(0).map((text) => ({ lines: remark(text, this.#view), isApart: true })));
  }

  #find(turnId: string, { active, queue, turns }: SessionState): boolean {
    return active?.turnId === turnId || queue[0]?.turnId === turnId || turns.at(-1)?.turnId === turnId ||
      turns.some((turn) => turn.turnId === turnId);
  }

  #print(items: readonly Item[]): PrintedBlock[] {
    return items.map((item) => {
      const isFirst = this.#key === 0;
      return { key: `${this.#key++}`, lines: linesOf([item], isFirst) };
    });
  }

  get #view(): TextView {
    return { columns: this.columns, rows: this.#rows, theme: this.theme };
  }
}
