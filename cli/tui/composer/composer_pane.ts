/**
 * Where messages are written: several lines, history, completions, pastes of any size, and an editor outside. Keys change
 * the draft, which is pure; this file decides which of its parts a key is for.
 *
 *     key ─► search in the history, if that goes on ─► menu, if it is open ─► Enter, Ctrl-G … ─► draft
 */
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { Value } from "@opta/view/value";
import { edit, recall } from "../../chat/editor.ts";
import type { Key } from "../../chat/keys.ts";
import { joinLine, readMessage } from "../../chat/message_input.ts";
import { type CommandName, commands } from "../../chat/slash_command.ts";
import { CliError } from "../../exit.ts";
import type { Env } from "../../paths.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { ComposerContext, ComposerPane as Composer } from "../overlay.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow } from "../row.ts";
import { completed } from "./completion.ts";
import { CompletionMenu } from "./completion_menu.ts";
import { draftView, textColumns } from "./draft_view.ts";
import {
  type Draft,
  emptyDraft,
  MAX_DRAFT_LENGTH,
  prefixed,
  pressDraft,
  rewritten,
  sent,
  textOf,
  unfolded,
  withEditor,
} from "./draft.ts";
import { editOutside } from "./external_editor.ts";
import { beginSearch, type HistorySearch, pressSearch } from "./history_search.ts";
import type { OptionSource } from "./option_source.ts";
import { labelOf } from "./pastes.ts";
import { searchView } from "./search_view.ts";
import { TextLayouts } from "./text_layout.ts";

export interface ComposerOptions extends ComposerContext {
  source: OptionSource;
  env: Env;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

export class ComposerPane implements Composer, Disposable {
  readonly #options: ComposerOptions;
  readonly #draft: Value<Draft>;
  /** Counts what changes beside the draft. */
  readonly #beside = new Value(0);
  readonly #menu: CompletionMenu;
  readonly #layouts = new TextLayouts((character) => labelOf(this.#draft.get().pastes, character));
  #search: HistorySearch | null = null;
  #isOutside = false;
  /** The size and the rows of the text as they were seen last. */
  #seen = { columns: 80, rows: 1, isCut: false };
  /** The column that up and down keep to, as long as nothing else moves the cursor. */
  #goal: { cursor: number; column: number } | null = null;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#draft = new Value(emptyDraft(options.history));
    const { source, now, signal } = options;
    this.#menu = new CompletionMenu({ source, now, signal, onChange: () => this.#changed() });
  }

  get text(): string {
    return textOf(this.#draft.get());
  }

  /** Puts this in place of what was written. */
  setText(text: string): void {
    this.#set(rewritten(this.#draft.get(), sanitize(text)));
  }

  /** Puts this before what was written, as for a message that is taken back. */
  prefix(text: string): void {
    this.#set(prefixed(this.#draft.get(), sanitize(text)));
  }

  readonly subscribe = (listener: () => void): () => void => {
    const stops = [this.#draft.subscribe(listener), this.#beside.subscribe(listener)];
    return () => stops.forEach((stop) => stop());
  };

  press(key: Key): boolean {
    if (this.#search && this.#pressSearch(this.#search, key)) return true;
    if (this.#menu.press(key)) {
      this.#changed();
      return true;
    }
    switch (key.name) {
      case "enter":
        return this.#enter();
      case "tab":
        return this.#tab();
      case "up":
      case "down":
        return this.#move(key.name, 1);
      case "pageUp":
      case "pageDown":
        return this.#seen.isCut && this.#move(key.name === "pageUp" ? "up" : "down", this.#seen.rows);
      case "searchHistory":
        this.#search = beginSearch();
        this.#menu.close();
        this.#changed();
        return true;
      case "openEditor":
        this.#editOutside();
        return true;
      default: {
        const draft = pressDraft(this.#draft.get(), key);
        if (draft) return this.#set(draft);
        this.#options.fail(new CliError(`That is too long: a text has room for ${count(MAX_DRAFT_LENGTH)} characters`));
        return true;
      }
    }
  }

  view(size: PaneSize): PaneView {
    const theme = this.#options.theme.get();
    const draft = this.#draft.get();
    if (this.#search) return searchView(this.#search, draft.editor.history, size, theme);
    const menu = this.#menu.rows(size.rows - 1);
    const above = menu.map(({ row, isChosen }) =>
      paintRow(row, size.columns - 1, theme, isChosen ? "selected" : undefined)
    );
    const { view, isCut, rows } = draftView({ draft, above, size, theme, layouts: this.#layouts });
    this.#seen = { columns: size.columns, rows, isCut };
    return view;
  }

  [Symbol.dispose](): void {
    this.#menu[Symbol.dispose]();
  }

  /** @returns whether the draft has changed */
  #set(draft: Draft): boolean {
    const before = this.#draft.get();
    this.#goal = null;
    this.#menu.look(draft.editor);
    this.#draft.set(draft);
    return draft !== before;
  }

  #changed(): void {
    this.#beside.set(this.#beside.get() + 1);
  }

  #enter(): true {
    const { choice } = this.#menu;
    if (!choice) return this.#submit(this.#draft.get());
    const { at, option: { value }, isPicked } = choice;
    // What stands there is meant as it is, unless it is only the beginning of something, or something else was chosen.
    if (at.query === value || (at.kind === "argument" && !isPicked)) return this.#submit(this.#draft.get());
    const draft = this.#completed();
    const needsMore = at.kind === "command" && commands[value as CommandName].argument.startsWith("<");
    if (at.kind !== "file" && !needsMore) return this.#submit(draft);
    this.#set(draft);
    return true;
  }

  #submit(draft: Draft): true {
    const { text } = draft.editor;
    const written = readMessage(text);
    if (written === null) {
      this.#set(rewrittenEditor(draft, joinLine(text, "")));
      return true;
    }
    const content = textOf(rewrittenEditor(draft, written));
    if (content.length > MAX_CONTENT_LENGTH) {
      const [length, most] = [count(content.length), count(MAX_CONTENT_LENGTH)];
      this.#options.fail(new CliError(`The message is too long: it has ${length} characters, and may have ${most}`));
      return true;
    }
    this.#set(sent(draft));
    this.#options.submit(content);
    return true;
  }

  #tab(): boolean {
    const draft = this.#draft.get();
    if (this.#menu.isOpen) {
      this.#set(this.#completed());
      return true;
    }
    const whole = unfolded(draft);
    if (whole) return this.#set(whole);
    const { text, cursor } = draft.editor;
    // In code that is written by hand; nobody means a tab in a line of prose.
    const isIndent = text.includes("\n") && text.slice(text.lastIndexOf("\n", cursor - 1) + 1, cursor).trim() === "";
    return isIndent && this.#set(withEditor(draft, edit(draft.editor, { name: "tab" })));
  }

  #completed(): Draft {
    const draft = this.#draft.get();
    const { choice } = this.#menu;
    return choice ? withEditor(draft, completed(draft.editor, choice.at, choice.option.value)) : draft;
  }

  #move(name: "up" | "down", rows: number): boolean {
    const draft = this.#draft.get();
    const { editor } = draft;
    const columns = textColumns(this.#seen.columns);
    const column = this.#goal?.cursor === editor.cursor ? this.#goal.column : this.#layouts.columnOf(editor, columns);
    const cursor = this.#layouts.moved(editor, columns, name === "up" ? -rows : rows, column);
    if (cursor === null) return this.#set(withEditor(draft, edit(editor, { name })));
    this.#set(withEditor(draft, { ...editor, cursor }));
    this.#goal = { cursor, column };
    return true;
  }

  async #editOutside(): Promise<void> {
    if (this.#isOutside) return;
    this.#isOutside = true;
    const { withoutScreen, env, fail } = this.#options;
    const draft = this.#draft.get();
    try {
      const text = await withoutScreen(() => editOutside(textOf(draft), env));
      this.#set(rewritten(draft, text));
    } catch (error) {
      this.#set(draft); // whatever a Ctrl-C that was meant for the editor has made of it
      fail(error);
    } finally {
      this.#isOutside = false;
    }
  }

  /** @returns whether the key was for the search */
  #pressSearch(search: HistorySearch, key: Key): boolean {
    const draft = this.#draft.get();
    this.#search = pressSearch(search, key, draft.editor.history);
    this.#changed();
    if (this.#search) return true;
    if (key.name === "escape") return true;
    if (search.at !== null) this.#set(withEditor(draft, recall(draft.editor, search.at)));
    return key.name === "enter" || key.name === "tab"; // to be looked at, and sent by another Enter
  }
}

/** The same pastes, and a text that has some of them. */
function rewrittenEditor(draft: Draft, text: string): Draft {
  return { ...draft, editor: { ...draft.editor, text, cursor: text.length, historyAt: draft.editor.history.length } };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
