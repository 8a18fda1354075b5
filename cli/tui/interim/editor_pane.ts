/** The text that is being typed. */
import { edit, emptyEditor, remember, withText } from "../../chat/editor.ts";
import { MAX_HISTORY } from "../../chat/history_file.ts";
import type { Key } from "../../chat/keys.ts";
import { joinLine, readMessage } from "../../chat/message_input.ts";
import { INDENT, layOut } from "../../chat/prompt_layout.ts";
import type { ComposerContext, ComposerPane } from "../overlay.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { Value } from "@opta/view/value";

export function editorPane({ history, submit, theme }: ComposerContext): ComposerPane {
  const editor = new Value(emptyEditor(history));
  return {
    get text() {
      return editor.get().text;
    },
    setText: (text) => editor.set(withText(editor.get(), text)),
    press(key: Key) {
      if (key.name !== "enter") {
        const before = editor.get();
        editor.set(edit(before, key));
        return editor.get() !== before;
      }
      const { text } = editor.get();
      const content = readMessage(text);
      if (content === null) editor.set(withText(editor.get(), joinLine(text, "")));
      else {
        editor.set(remember(editor.get(), text.trim() === "" ? "" : text, MAX_HISTORY));
        submit(content);
      }
      return true;
    },
    view({ columns, rows }: PaneSize): PaneView {
      const layout = layOut(editor.get(), columns, rows);
      const mark = theme.get().paint("accent", "› ");
      return {
        lines: layout.rows.map((row, i) => (i === 0 ? mark : " ".repeat(INDENT)) + row),
        cursor: { row: layout.cursorRow, column: layout.cursorColumn },
      };
    },
    subscribe: editor.subscribe,
  };
}
