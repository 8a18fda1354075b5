/**
 * The turns that wait, above the composer. One is chosen with Alt-Up: taken back to be edited, or removed. What waits is the
 * daemon's; a turn that has begun meanwhile stays where it is.
 */
import type { SessionState, Turn } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import type { Key } from "../../chat/keys.ts";
import { CliError } from "../../exit.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { PaneContext } from "../overlay.ts";
import type { Pane, PaneSize, PaneView } from "../pane.ts";
import { paintRow } from "../row.ts";
import { type Going, queueRows } from "./queue_rows.ts";
import { takenBack } from "./taking_back.ts";

export interface QueueOptions extends PaneContext {
  clientId: string;
  /** Who writes here: what the same person has written elsewhere is theirs, too. */
  writerId: string;
  session(): Session | null;
  /** Puts a text into the composer, before what is there. */
  compose(text: string): void;
}

const BEGUN = "That message does not wait any more: its answer has begun";
const HAD_BEGUN = "The answer to that message had just begun, and is cancelled";

interface Choice {
  turnId: string;
  /** The removal of somebody else's turn was asked for once. */
  isAsked: boolean;
}

export class QueuePane implements Pane {
  readonly #options: QueueOptions;
  readonly #queue = new Value<readonly Turn[]>([]);
  readonly #choice = new Value<Choice | null>(null);
  readonly #going = new Value<ReadonlyMap<string, Going>>(new Map());

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
    const stops = [this.#queue, this.#choice, this.#going].map((value) => value.subscribe(listener));
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
      case "altDown":
        this.#choose(queue[at + 1]); // behind the last one is the composer
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

  view(size: PaneSize): PaneView {
    const queue = this.#queue.get();
    const choice = this.#choice.get();
    const theme = this.#options.theme.get();
    const rows = queueRows({
      queue,
      chosen: queue.findIndex(({ turnId }) => turnId === choice?.turnId),
      isAsked: choice?.isAsked ?? false,
      going: this.#going.get(),
      isOwn: (turn) => this.#isOwn(turn),
    }, size.rows);
    return {
      lines: rows.map(({ row, isChosen }) => paintRow(row, size.columns - 1, theme, isChosen ? "selected" : undefined)),
    };
  }

  #isOwn({ clientId, writerId }: Turn): boolean {
    return clientId === this.#options.clientId || writerId === this.#options.writerId;
  }

  #choose(turn: Turn | undefined): void {
    this.#choice.set(turn ? { turnId: turn.turnId, isAsked: false } : null);
  }

  #edit(turn: Turn): void {
    if (this.#isOwn(turn)) this.#takeBack(turn, "edited");
    else this.#options.fail(new CliError(`Only ${sanitizeLine(turn.writerId)} can edit that message`));
  }

  #remove(turn: Turn, choice: Choice): void {
    if (!this.#isOwn(turn) && !choice.isAsked) return this.#choice.set({ ...choice, isAsked: true });
    this.#takeBack(turn, "removed");
  }

  async #takeBack(turn: Turn, going: Going): Promise<void> {
    const { session, fail, compose, signal } = this.#options;
    const current = session();
    const { turnId, content } = turn;
    this.#choice.set(null);
    if (!current || this.#going.get().has(turnId)) return;
    // Only what waits: one that has begun is left to its answer.
    if (!current.state.queue.some((queued) => queued.turnId === turnId)) return fail(new CliError(BEGUN));
    this.#setGoing(turnId, going);
    try {
      const became = takenBack(await current.cancel({ turnId }, signal), current.state, turnId);
      if (became === "missed") return fail(new CliError(BEGUN));
      if (going === "edited") compose(content);
      if (became === "begun") fail(new CliError(HAD_BEGUN));
    } catch (error) {
      fail(error);
    } finally {
      this.#setGoing(turnId, null);
    }
  }

  #setGoing(turnId: string, going: Going | null): void {
    const others = [...this.#going.get()].filter(([id]) => id !== turnId);
    this.#going.set(new Map(going === null ? others : [...others, [turnId, going]]));
  }
}
