/**
 * The menu of completions: opens by itself where something can be completed, and is chosen from with arrows. What it offers is
 * asked for when it is first needed and given up when nobody waits for it any more; typing never does.
 */
import { type Fit, rank, rankLong, SLICE } from "@opta/view/fuzzy";
import type { Editor } from "../../chat/editor.ts";
import type { Key } from "../../chat/keys.ts";
import { type Completable, completableAt } from "./completion.ts";
import { type MenuRow, menuRows } from "./menu_rows.ts";
import { commandOptions, type Option, type OptionSource } from "./option_source.ts";

/** How long what was asked for is believed. */
const FRESH_MS = 10_000;

export interface MenuOptions {
  source: OptionSource;
  /** What is offered has changed by itself. */
  onChange(): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  signal: AbortSignal;
}

/** What is offered for one kind of thing. */
interface Offer {
  /** What it is for: a command's argument, or the files of a folder. */
  name: string;
  options: readonly Option[];
  /** Until when it is believed; asking goes on while that is `null`. */
  untilMs: number | null;
}

export class CompletionMenu implements Disposable {
  readonly #options: MenuOptions;
  #at: Completable | null = null;
  #offer: Offer = { name: "", options: [], untilMs: 0 };
  #asking = new AbortController();
  #ranking = new AbortController();
  #isRanking = false;
  #fits: readonly Fit<Option>[] = [];
  #chosen = 0;
  /** Somebody has looked for the choice with the arrows. */
  #isPicked = false;
  /** Where it was closed by hand; it opens again elsewhere. */
  #dismissed: string | null = null;

  constructor(options: MenuOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#fits.length > 0;
  }

  /** What is completed, and what with; `null` while it is closed, or what fits is still looked for. */
  get choice(): { at: Completable; option: Option; isPicked: boolean } | null {
    const option = this.#fits[this.#chosen]?.item;
    return this.#at && option && !this.#isRanking ? { at: this.#at, option, isPicked: this.#isPicked } : null;
  }

  /** Is to be shown the editor after each change. */
  look(editor: Editor): void {
    const at = editor.historyAt < editor.history.length ? null : completableAt(editor); // who walks there wants no menu
    const before = this.#at;
    if (before === at || (at && before && isSame(at, before))) return;
    this.#at = at;
    if (placeOf(at) !== this.#dismissed) this.#dismissed = null;
    this.#chosen = 0;
    this.#isPicked = false;
    if (!at || placeOf(at) !== placeOf(before)) this.#fits = [];
    this.#find();
  }

  /** @returns whether the key was for the menu; Tab and Enter are for whoever takes the choice */
  press(key: Key): boolean {
    if (!this.isOpen) return false;
    const count = this.#fits.length;
    switch (key.name) {
      case "up":
        this.#pick((this.#chosen + count - 1) % count);
        return true;
      case "down":
        this.#pick((this.#chosen + 1) % count);
        return true;
      case "escape":
        this.close();
        return true;
      default:
        return false;
    }
  }

  /** It opens again where something else is to be completed. */
  close(): void {
    this.#dismissed = placeOf(this.#at);
    this.#fits = [];
    this.#giveUp();
  }

  /** At most so many rows of it. */
  rows(max: number): MenuRow[] {
    return menuRows(this.#at, this.#fits, this.#chosen, max);
  }

  [Symbol.dispose](): void {
    this.#giveUp();
  }

  #pick(index: number): void {
    this.#chosen = index;
    this.#isPicked = true;
  }

  #find(): void {
    const at = this.#at;
    this.#ranking.abort();
    this.#isRanking = false;
    if (!at || this.#dismissed !== null) return this.#giveUp();
    const options = this.#optionsFor(at);
    if (options.length <= SLICE || at.query === "") return this.#show(at, rank(at.query, options, searched));
    this.#ranking = new AbortController();
    this.#isRanking = true;
    rankLong(at.query, options, searched, this.#ranking.signal).then((fits) => {
      this.#isRanking = false;
      this.#show(at, fits);
      this.#options.onChange();
    }, () => {}); // something else is looked for
  }

  #show(at: Completable, fits: readonly Fit<Option>[]): void {
    // What is written out already needs no menu.
    const isDone = fits.length === 1 && fits[0]!.item.value === at.query && at.kind !== "command";
    this.#fits = isDone ? [] : fits;
    this.#chosen = Math.min(this.#chosen, Math.max(0, this.#fits.length - 1));
  }

  #optionsFor(at: Completable): readonly Option[] {
    if (at.kind === "command") return commandOptions;
    const name = at.kind === "file" ? `@${this.#options.source.folder()}` : `/${at.command}`;
    if (name !== this.#offer.name) {
      this.#giveUp();
      this.#offer = { name, options: [], untilMs: 0 };
    }
    const { untilMs } = this.#offer;
    if (untilMs !== null && untilMs <= this.#options.now()) this.#ask(at);
    return this.#offer.options;
  }

  #ask(at: Exclude<Completable, { kind: "command" }>): void {
    const { source, now, signal } = this.#options;
    const offer = this.#offer;
    this.#asking = new AbortController();
    const stop = AbortSignal.any([signal, this.#asking.signal]);
    offer.untilMs = null;
    const keep = (options: readonly Option[]) => {
      if (stop.aborted) return;
      this.#offer = { ...offer, options, untilMs: now() + FRESH_MS };
      if (options.length === 0 && offer.options.length === 0) return;
      this.#find();
      this.#options.onChange();
    };
    const asking = at.kind === "file" ? source.files(stop) : source.values(at.command, stop);
    asking.then(keep, () => keep([])); // completion is a convenience: the command itself will say what is wrong
  }

  /** Nobody waits for what is asked for any more. */
  #giveUp(): void {
    this.#ranking.abort();
    this.#isRanking = false;
    this.#asking.abort();
    if (this.#offer.untilMs === null) this.#offer = { ...this.#offer, untilMs: 0 };
  }
}

function searched({ value, label }: Option): string {
  return label ?? value;
}

function isSame(a: Completable, b: Completable): boolean {
  return placeOf(a) === placeOf(b) && a.query === b.query;
}

function placeOf(at: Completable | null): string | null {
  return at && `${at.kind} ${at.kind === "argument" ? at.command : ""} ${at.start}`;
}
