/** What keys do, wherever the focus is. Pure. */

export type Shortcut =
  | "help"
  | "new"
  | "search"
  | "switch"
  | "find"
  | "write"
  | "ask"
  | "model"
  | "usage"
  | "next"
  | "previous"
  | "first"
  | "last"
  | "escape";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Single letters; they count only where nothing is written, and can be switched off. */
const letters: Readonly<Record<string, Shortcut>> = {
  "?": "help",
  n: "new",
  "/": "search",
  c: "write",
  m: "model",
  u: "usage",
  j: "next",
  k: "previous",
  g: "first",
  G: "last",
  p: "ask",
};

/** Together with Ctrl, or the Mac's command key. */
const chords: Readonly<Record<string, Shortcut>> = { k: "switch", f: "find", "/": "help" };

/**
 * @param isWriting the focus is in a field
 * @param singleKeys whether single letters are shortcuts
 */
export function shortcutOf(press: KeyPress, isWriting: boolean, singleKeys: boolean): Shortcut | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = press;
  if (altKey) return key.toLowerCase() === "p" ? "ask" : null;
  if (ctrlKey || metaKey) return shiftKey || (ctrlKey && metaKey) ? null : chords[key.toLowerCase()] ?? null;
  if (key === "Escape") return "escape";
  if (isWriting || !singleKeys) return null;
  return Object.hasOwn(letters, key) ? letters[key]! : null;
}

/** For people: the keys and what they do. */
export const shortcutHelp: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["Enter"], "Send the message"],
  [["Shift+Enter"], "Begin another line"],
  [["Esc"], "Cancel the turn that runs; leave the search or a dialog"],
  [["↑"], "In an empty message box: your last message again"],
  [["/"], "In the message box: commands. Elsewhere: search in all sessions"],
  [["Ctrl+K"], "Go to another session"],
  [["Ctrl+F"], "Find in this conversation"],
  [["Alt+P", "p"], "Go to the request for permission"],
  [["y", "n", "s", "a", "d"], "There: allow, deny, for the session, always, deny and say why"],
  [["n"], "New chat"],
  [["c"], "Write a message"],
  [["j", "k"], "Next and previous turn"],
  [["g", "G"], "To the beginning, to the end"],
  [["m"], "Choose the model"],
  [["u"], "Usage"],
  [["?", "Ctrl+/"], "This list"],
];
