/**
 * Where messages are written: several lines, history, completions, pastes of any size, and an editor outside. Keys change
 * the editor, which is pure; this file decides which of its parts a key is for.
 *
 *     key ─► search in the history, if that goes on ─► menu, if it is open ─► Enter, Ctrl-G … ─► editor
 */
import { Value } from "@opta/view/value";
import stringWidth from "string-width";
import { edit, type Editor, emptyEditor, remember, withText } from "../../chat/editor.ts";
import { MAX_HISTORY } from "../../chat/history_file.ts";
import type { Key } from "../../chat/keys.ts";
import { joinLine, readMessage } from "../../chat/message_input.ts";
import { INDENT, layOut } from "../../chat/prompt_layout.ts";
import { type CommandName, commands } from "../../chat/slash_command.ts";
import type { Env } from "../../paths.ts";
import type { ComposerContext, ComposerPane as Composer } from "../overlay.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow } from "../row.ts";
import { completed } from "./completion.ts";
import { CompletionMenu, type OptionSource } from "./completion_menu.ts";
import { editOutside } from "./external_editor.ts";
import { beginSearch, type HistorySearch, pressSearch } from "./history_search.ts";
import { Pastes } from "./pastes.ts";

export interface ComposerOptions extends ComposerContext {
  source: OptionSource;
  env: Env;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

export class ComposerPane implements Composer, Disposable {
  readonly #options: ComposerOptions;
  readonly #editor: Value<Editor>;
  /** Counts what changes beside the editor. */
  readonly #beside = new Value(0);
  readonly #pastes = new Pastes();
  readonly #menu: CompletionMenu;
  #search: HistorySearch | null = null;
  #isOutside = false;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#editor = new Value(emptyEditor(options.history));
    const { source, now, signal } = options;
    this.#menu = new CompletionMenu({ source, now, signal, onChange: () => this.#changed() });
  }

  get text(): string {
    return this.#pastes.expand(this.#editor.get().text);
  }

  setText(text: string): void {
    this.#set(withText(this.#editor.get(), this.#pastes.take(text)));
  }

  readonly subscribe = (listener: () => void): () => void => {
    const stops = [this.#editor.subscribe(listener), this.#beside.subscribe(listener)];
    return () => stops.forEach((stop) => stop());
  };

  press(key: Key): boolean {
    if (this.#search && this.#pressSearch(this.#search, key)) return true;
    if (this.#menu.press(key)) {
      this.#changed();
      return true;
    }
    const editor = this.#editor.get();
    switch (key.name) {
      case "text":
        return this.#set(edit(editor, { name: "text", text: this.#pastes.take(key.text) }));
      case "enter":
        return this.#completesAtOnce() ? this.#complete(true) : this.#enter(editor);
      case "tab":
        return this.#menu.isOpen ? this.#complete(false) : this.#indent(editor);
      case "searchHistory":
        this.#search = beginSearch();
        this.#changed();
        return true;
      case "openEditor":
        this.#editOutside();
        return true;
      default:
        return this.#set(edit(editor, key));
    }
  }

  view({ columns, rows }: PaneSize): PaneView {
    const theme = this.#options.theme.get();
    if (this.#search) return this.#searchView(this.#search, { columns, rows });
    const menu = this.#menu.isOpen ? this.#menu.rows(rows - 1) : [];
    const layout = layOut(
      this.#editor.get(),
      columns,
      rows - menu.length,
      (character) => this.#pastes.label(character),
    );
    const mark = theme.paint("accent", "› ");
    return {
      lines: [
        ...menu.map(({ row, isChosen }) => paintRow(row, columns - 1, theme, isChosen ? "selected" : undefined)),
        ...layout.rows.map((row, i) => (i === 0 ? mark : " ".repeat(INDENT)) + row),
      ],
      cursor: { row: menu.length + layout.cursorRow, column: layout.cursorColumn },
    };
  }

  [Symbol.dispose](): void {
    this.#menu[Symbol.dispose]();
  }

  /** @returns whether the editor has changed */
  #set(editor: Editor): boolean {
    const before = this.#editor.get();
    this.#menu.look(editor);
    this.#editor.set(editor);
    return editor !== before;
  }

  #changed(): void {
    this.#beside.set(this.#beside.get() + 1);
  }

  #enter(editor: Editor): true {
    const { text } = editor;
    const content = readMessage(text);
    if (content === null) {
      this.#set(withText(editor, joinLine(text, "")));
      return true;
    }
    const entered = this.#pastes.expand(text);
    this.#set(remember(editor, entered.trim() === "" ? "" : entered, MAX_HISTORY));
    this.#options.submit(this.#pastes.expand(content));
    return true;
  }

  /** Enter takes the choice of the menu, unless it is written out already. */
  #completesAtOnce(): boolean {
    const choice = this.#menu.choice;
    return choice !== null && !(choice.at.kind === "command" && choice.at.query === choice.option.value);
  }

  /** @param runs a command that takes no argument is carried out as well */
  #complete(runs: boolean): true {
    const { choice } = this.#menu;
    if (!choice) return true;
    const { at, option: { value } } = choice;
    const editor = completed(this.#editor.get(), at, value);
    if (runs && at.kind !== "file" && (at.kind === "argument" || commands[value as CommandName].argument === "")) {
      return this.#enter(editor);
    }
    this.#set(editor);
    return true;
  }

  /** A tab in code that is written by hand; nobody means one in a line of prose. */
  #indent(editor: Editor): boolean {
    const { text, cursor } = editor;
    const isIndent = text.includes("\n") && text.slice(text.lastIndexOf("\n", cursor - 1) + 1, cursor).trim() === "";
    return isIndent ? this.#set(edit(editor, { name: "tab" })) : false;
  }

  async #editOutside(): Promise<void> {
    if (this.#isOutside) return;
    this.#isOutside = true;
    const { withoutScreen, env, fail } = this.#options;
    try {
      const text = await withoutScreen(() => editOutside(this.text, env));
      this.#set(withText(this.#editor.get(), text));
    } catch (error) {
      fail(error);
    } finally {
      this.#isOutside = false;
    }
  }

  /** @returns whether the key was for the search */
  #pressSearch(search: HistorySearch, key: Key): boolean {
    const editor = this.#editor.get();
    const next = pressSearch(search, key, editor.history);
    this.#search = next;
    this.#changed();
    if (next) return true;
    const found = search.at === null ? undefined : editor.history[search.at];
    if (key.name === "escape" || found === undefined) return key.name === "escape" || key.name === "enter";
    this.#set(withText(editor, found));
    return key.name === "enter" || key.name === "tab"; // to be looked at, and sent by another Enter
  }

  #searchView({ query, at }: HistorySearch, { columns, rows }: PaneSize): PaneView {
    const theme = this.#options.theme.get();
    const found = at === null ? "" : this.#editor.get().history[at] ?? "";
    const [first = "", ...more] = found.split("\n");
    const shown = more.length > 0 ? `${first} …` : first;
    const label = query !== "" && at === null ? "not found: " : "search: ";
    const line = paintRow([[label, "accent"], [query]], columns - 1, theme);
    const lines = rows < 2 ? [line] : [paintRow([["  "], [shown, "dim"]], columns - 1, theme), line];
    return {
      lines,
      cursor: { row: lines.length - 1, column: Math.min(columns - 1, label.length + stringWidth(query)) },
    };
  }
}
