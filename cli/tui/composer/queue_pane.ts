/**
 * The turns that wait, above the composer. One is chosen with Alt-Up: taken back to be edited, or removed. What waits is the
 * daemon's; a turn that has begun meanwhile stays where it is.
 */
import type { SessionState, Turn } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import type { Key } from "../../chat/keys.ts";
import type { PaneContext } from "../overlay.ts";
import type { Pane, PaneSize, PaneView } from "../pane.ts";
import { paintRow, type Row } from "../row.ts";

/** Turns that are listed; the others are counted. */
const MAX_LISTED = 5;

export interface QueueOptions extends PaneContext {
  clientId: string;
  session(): Session | null;
  /** Puts a text into the composer, before what is there. */
  compose(text: string): void;
}

const BEGUN = "That message is being answered already";

interface Choice {
  turnId: string;
  /** The removal of somebody else's turn was asked for once. */
  isAsked: boolean;
}

export class QueuePane implements Pane {
  readonly #options: QueueOptions;
  readonly #queue = new Value<readonly Turn[]>([]);
  readonly #choice = new Value<Choice | null>(null);

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Is to be shown every state; of one with the same queue it costs nothing. */
  look({ queue }: SessionState): void {
    if (queue === this.#queue.get()) return;
    this.#queue.set(queue);
    const choice = this.#choice.get();
    if (choice && !queue.some(({ turnId }) => turnId === choice.turnId)) this.#choice.set(null);
  }

  readonly subscribe = (listener: () => void): () => void => {
    const stops = [this.#queue.subscribe(listener), this.#choice.subscribe(listener)];
    return () => stops.forEach((stop) => stop());
  };

  press(key: Key): boolean {
    const queue = this.#queue.get();
    const choice = this.#choice.get();
    if (!choice) {
      const last = queue.at(-1);
      if (key.name !== "altUp" || !last) return false;
      this.#choose(last);
      return true;
    }
    const at = queue.findIndex(({ turnId }) => turnId === choice.turnId);
    const turn = queue[at];
    switch (key.name) {
      case "up":
      case "altUp":
        this.#choose(queue[Math.max(0, at - 1)]);
        return true;
      case "down":
        this.#choose(queue[at + 1]);
        return true;
      case "escape":
        this.#choice.set(null);
        return true;
      case "enter":
        if (turn) this.#edit(turn);
        return true;
      case "delete":
      case "backspace":
        if (turn) this.#remove(turn, choice);
        return true;
      default:
        this.#choice.set(null); // who types goes on with the message
        return false;
    }
  }

  view({ columns, rows }: PaneSize): PaneView {
    const queue = this.#queue.get();
    if (queue.length === 0 || rows === 0) return { lines: [] };
    const theme = this.#options.theme.get();
    const choice = this.#choice.get();
    const chosen = queue.findIndex(({ turnId }) => turnId === choice?.turnId);
    const hint = choice && rows > 1 ? 1 : 0;
    const listed = Math.min(MAX_LISTED, Math.max(1, rows - hint - (queue.length > MAX_LISTED ? 1 : 0)), queue.length);
    const from = Math.max(0, Math.min(chosen - listed + 1, queue.length - listed));
    const lines = queue.slice(from, from + listed).map((turn, i) =>
      paintRow(this.#rowOf(turn, from + i), columns - 1, theme, from + i === chosen ? "selected" : undefined)
    );
    const hidden = queue.length - listed;
    if (hidden > 0) lines.push(paintRow([[`  … ${hidden} more wait`, "dim"]], columns - 1, theme));
    if (hint > 0) lines.push(paintRow([[this.#hintFor(queue[chosen], choice!), "dim"]], columns - 1, theme));
    return { lines: lines.slice(0, rows) };
  }

  #rowOf(turn: Turn, index: number): Row {
    const [first = "", ...more] = turn.content.trim().split("\n", 2);
    const who = this.#isOwn(turn) ? "" : `${turn.writerId}: `;
    return [[`  ${index + 1}. `, "dim"], [who, "user"], [more.length > 0 ? `${first} …` : first, "dim"]];
  }

  #hintFor(turn: Turn | undefined, { isAsked }: Choice): string {
    if (!turn) return "";
    if (isAsked) return `  Delete once more removes what ${turn.writerId} wrote`;
    return this.#isOwn(turn)
      ? "  Enter takes it back to be edited · Delete removes it · Esc"
      : "  Delete removes it · Esc";
  }

  #isOwn({ clientId }: Turn): boolean {
    return clientId === this.#options.clientId;
  }

  #choose(turn: Turn | undefined): void {
    this.#choice.set(turn ? { turnId: turn.turnId, isAsked: false } : null);
  }

  #edit(turn: Turn): void {
    if (!this.#isOwn(turn)) return this.#options.fail(new Error(`Only ${turn.writerId} can edit that message`));
    this.#cancel(turn, () => this.#options.compose(turn.content));
  }

  #remove(turn: Turn, choice: Choice): void {
    if (!this.#isOwn(turn) && !choice.isAsked) return this.#choice.set({ ...choice, isAsked: true });
    this.#cancel(turn, () => {});
  }

  /** Only what waits: one that has begun is left to its answer. */
  #cancel({ turnId }: Turn, then: () => void): void {
    const { session, fail, signal } = this.#options;
    this.#choice.set(null);
    const current = session();
    if (!current?.state.queue.some((queued) => queued.turnId === turnId)) return fail(new Error(BEGUN));
    current.cancel({ turnId }, signal).then(({ cancelled }) => cancelled > 0 ? then() : fail(new Error(BEGUN)), fail);
  }
}
