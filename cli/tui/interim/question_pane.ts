/** A request for permission: its text stays in the transcript, its keys stand below. */
import { PermissionDialog } from "../../chat/permission_dialog.ts";
import { wrapWords } from "../../wrap_words.ts";
import { colorsOf } from "../colors_of.ts";
import type { PermissionContext, PermissionPane } from "../overlay.ts";

export function questionPane(context: PermissionContext): PermissionPane {
  const listeners = new Set<() => void>();
  const dialog = new PermissionDialog({
    ...context,
    colors: colorsOf(context.theme.get()),
    canExplain: true,
    columns: () => 80,
    redraw: () => listeners.forEach((listener) => listener()),
    onError: context.fail,
  });
  return {
    get isAsking() {
      return dialog.isAsking;
    },
    get isWriting() {
      return dialog.isWriting;
    },
    painted() {},
    covered() {},
    look: (state) => dialog.look(state),
    enter: (text) => dialog.enter(text),
    reset: () => dialog.reset(),
    press: (key, isAlone) => dialog.press(key, isAlone),
    view: ({ columns }) => ({
      lines: dialog.question === null ? [] : wrapWords(dialog.question, columns - 1).split("\n"),
    }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.dispose]: () => dialog[Symbol.dispose](),
  };
}
