/**
 * The menu of completions: opens by itself where something can be completed, and is chosen from with arrows. What it offers is
 * asked for when it is first needed, and typing never waits for that.
 */
import { rank } from "@opta/view/fuzzy";
import type { Editor } from "../../chat/editor.ts";
import { commands } from "../../chat/slash_command.ts";
import type { Key } from "../../chat/keys.ts";
import type { Row } from "../row.ts";
import { type Completable, completableAt } from "./completion.ts";

/** Something to choose; `hint` says what it is. */
export interface Option {
  value: string;
  hint: string;
}

/** What is to be known beside the commands. It may reject: then nothing is offered. */
export interface OptionSource {
  /** Paths in the session's folder. */
  files(signal: AbortSignal): Promise<string[]>;
  /** Values of a command's argument; `null` for a command whose values nobody knows. */
  values(command: string, signal: AbortSignal): Promise<Option[]> | null;
}

/** Rows of the menu: enough to choose from, and the conversation stays in sight. */
export const MENU_ROWS = 6;
/** How long what was asked for is believed. */
const FRESH_MS = 10_000;

const commandOptions: Option[] = Object.entries(commands).map(([value, { argument, summary }]) => ({
  value,
  hint: argument === "" ? summary : `${argument}  ${summary}`,
}));

interface Listed {
  options: Option[];
  at: number;
}

export interface MenuOptions {
  source: OptionSource;
  /** What is offered may have changed. */
  onChange(): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  signal: AbortSignal;
}

export class CompletionMenu implements Disposable {
  readonly #options: MenuOptions;
  readonly #closing = new AbortController();
  readonly #listed = new Map<string, Listed>();
  readonly #asked = new Set<string>();
  #at: Completable | null = null;
  #fits: readonly Option[] = [];
  #chosen = 0;
  /** Where it was closed by hand; it opens again elsewhere. */
  #dismissed: string | null = null;

  constructor(options: MenuOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#fits.length > 0;
  }

  /** What is completed, and what with; `null` while it is closed. */
  get choice(): { at: Completable; option: Option } | null {
    const option = this.#fits[this.#chosen];
    return this.#at && option ? { at: this.#at, option } : null;
  }

  /** Is to be shown the editor after each key. */
  look(editor: Editor): void {
    const at = editor.historyAt < editor.history.length ? null : completableAt(editor); // who walks there wants no menu
    const isSame = at?.kind === this.#at?.kind && at?.query === this.#at?.query && at?.start === this.#at?.start;
    this.#at = at;
    if (placeOf(at) !== this.#dismissed) this.#dismissed = null;
    if (!isSame) this.#chosen = 0;
    this.#fit();
  }

  /** @returns whether the key was for the menu; Tab and Enter are for whoever takes the choice */
  press(key: Key): boolean {
    if (!this.isOpen) return false;
    const count = this.#fits.length;
    switch (key.name) {
      case "up":
        this.#chosen = (this.#chosen + count - 1) % count;
        return true;
      case "down":
        this.#chosen = (this.#chosen + 1) % count;
        return true;
      case "escape":
        this.#dismissed = placeOf(this.#at);
        this.#fits = [];
        return true;
      default:
        return false;
    }
  }

  /** Each row with whether it is the chosen one. */
  rows(max: number): { row: Row; isChosen: boolean }[] {
    const count = Math.min(MENU_ROWS, max);
    const from = Math.max(0, Math.min(this.#chosen - Math.floor(count / 2), this.#fits.length - count));
    const mark = { command: "/", argument: "", file: "@" }[this.#at?.kind ?? "argument"];
    return this.#fits.slice(from, from + count).map(({ value, hint }, i) => ({
      row: [[`  ${mark}${value}`, "accent"], [hint === "" ? "" : `  ${hint}`, "dim"]],
      isChosen: from + i === this.#chosen,
    }));
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  #fit(): void {
    const at = this.#at;
    const options = at && this.#dismissed === null ? this.#optionsFor(at) : [];
    this.#fits = at ? rank(at.query, options, ({ value }) => value).map(({ item }) => item) : [];
    // What is written out already needs no menu.
    if (this.#fits.length === 1 && this.#fits[0]!.value === at?.query && at.kind !== "command") this.#fits = [];
    this.#chosen = Math.min(this.#chosen, Math.max(0, this.#fits.length - 1));
  }

  #optionsFor(at: Completable): Option[] {
    if (at.kind === "command") return commandOptions;
    const key = at.kind === "file" ? "@" : `/${at.command}`;
    const listed = this.#listed.get(key);
    if (!listed || this.#options.now() - listed.at > FRESH_MS) this.#ask(key, at);
    return listed?.options ?? [];
  }

  #ask(key: string, at: Completable): void {
    if (this.#asked.has(key) || at.kind === "command") return;
    const { source, signal, now, onChange } = this.#options;
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    const asking = at.kind === "file"
      ? source.files(stop).then((files) => files.map((value) => ({ value, hint: "" })))
      : source.values(at.command, stop);
    if (!asking) return;
    this.#asked.add(key);
    const keep = (options: Option[]) => {
      this.#asked.delete(key);
      this.#listed.set(key, { options, at: now() });
      if (stop.aborted) return;
      this.#fit();
      onChange();
    };
    asking.then(keep, () => keep([])); // completion is a convenience: the command itself will say what is wrong
  }
}

function placeOf(at: Completable | null): string | null {
  return at && `${at.kind} ${at.start}`;
}
