/**
 * The keys of the terminal UI: what each does where. Whoever dispatches keys asks here for the action, and the help is made
 * of the same table, so that it says what is. A key that does different things in different places has a line in each.
 */
import type { Key, KeyName } from "../chat/keys.ts";

interface Binding {
  action: string;
  /** For the help. */
  what: string;
}

/** How a key is called on a keyboard. */
export const keyLabels: Readonly<Record<KeyName, string>> = {
  enter: "Enter",
  newline: "Alt-Enter, Ctrl-J",
  backspace: "Backspace",
  delete: "Delete",
  left: "←",
  right: "→",
  up: "↑",
  down: "↓",
  home: "Home, Ctrl-A",
  end: "End, Ctrl-E",
  wordLeft: "Alt-←, Alt-B",
  wordRight: "Alt-→, Alt-F",
  killWord: "Ctrl-W",
  killWordRight: "Alt-D",
  killToStart: "Ctrl-U",
  killToEnd: "Ctrl-K",
  interrupt: "Ctrl-C",
  endOfInput: "Ctrl-D",
  clearScreen: "Ctrl-L",
  suspend: "Ctrl-Z",
  tab: "Tab",
  shiftTab: "Shift-Tab",
  altUp: "Alt-↑",
  altDown: "Alt-↓",
  openEditor: "Ctrl-G",
  showDetails: "Ctrl-O",
  searchHistory: "Ctrl-R",
  pageUp: "PgUp",
  pageDown: "PgDn",
  escape: "Esc",
};

type Bindings = Partial<Record<KeyName, Binding>>;

export const keyMap = {
  app: {
    interrupt: { action: "interrupt", what: "close what is open, cancel what runs, or clear the line; twice leaves" },
    endOfInput: { action: "leave", what: "leave, when nothing is typed; a running turn goes on" },
    escape: { action: "cancel", what: "cancel what runs" },
    showDetails: { action: "details", what: "tool calls and thoughts of the session, in full" },
    clearScreen: { action: "redraw", what: "draw the screen anew" },
    suspend: { action: "suspend", what: "stop the program, until the shell goes on with it (fg)" },
  },
  composer: {
    enter: { action: "submit", what: "send; while an answer streams, queue" },
    newline: { action: "newline", what: "begin another line" },
    up: { action: "up", what: "a line up, and then an earlier message" },
    down: { action: "down", what: "a line down, and then a later message" },
    tab: { action: "complete", what: "complete a /command or an @file; unfold a paste" },
    pageUp: { action: "pageUp", what: "a page up in a long text" },
    pageDown: { action: "pageDown", what: "a page down" },
    searchHistory: { action: "searchHistory", what: "search what was sent before" },
    openEditor: { action: "openEditor", what: "write in $VISUAL or $EDITOR" },
    altUp: { action: "chooseQueued", what: "choose a message that waits, to edit or to remove it" },
    home: { action: "home", what: "to the beginning of the line" },
    end: { action: "end", what: "to the end of the line" },
    wordLeft: { action: "wordLeft", what: "a word to the left" },
    wordRight: { action: "wordRight", what: "a word to the right" },
    killWord: { action: "killWord", what: "take away the word before the cursor" },
    killWordRight: { action: "killWordRight", what: "take away the word behind the cursor" },
    killToStart: { action: "killToStart", what: "take away what stands before the cursor in its line" },
    killToEnd: { action: "killToEnd", what: "take away the rest of the line" },
  },
  permission: {
    up: { action: "up", what: "scroll in what is asked for, when it is longer than the screen" },
    down: { action: "down", what: "scroll in what is asked for" },
    pageUp: { action: "pageUp", what: "a page up" },
    pageDown: { action: "pageDown", what: "a page down" },
    escape: { action: "back", what: "while a reason or an answer is written: back to the question" },
  },
  list: {
    up: { action: "up", what: "choose the one above" },
    down: { action: "down", what: "choose the one below" },
    pageUp: { action: "pageUp", what: "a page up" },
    pageDown: { action: "pageDown", what: "a page down" },
    home: { action: "home", what: "to the first one" },
    end: { action: "end", what: "to the last one" },
    enter: { action: "enter", what: "take the chosen one" },
    tab: { action: "menu", what: "what else can be done with it" },
    escape: { action: "close", what: "clear the search, and then close" },
  },
  viewer: {
    up: { action: "up", what: "a line up (also k)" },
    down: { action: "down", what: "a line down (also j)" },
    pageUp: { action: "pageUp", what: "a page up (also b)" },
    pageDown: { action: "pageDown", what: "a page down (also the space bar)" },
    home: { action: "home", what: "to the beginning (also g)" },
    end: { action: "end", what: "to the end (also G)" },
    escape: { action: "close", what: "back, or close (also q)" },
  },
} as const satisfies Record<string, Bindings>;

export type Scope = keyof typeof keyMap;
export type ActionOf<S extends Scope> = {
  [K in keyof (typeof keyMap)[S]]: (typeof keyMap)[S][K] extends { action: infer A } ? A : never;
}[keyof (typeof keyMap)[S]];

/** What the key does there; `null` for nothing. */
export function actionOf<S extends Scope>(scope: S, key: Key): ActionOf<S> | null {
  const bindings: Bindings = keyMap[scope];
  if (key.name === "text") return null;
  return (bindings[key.name]?.action ?? null) as ActionOf<S> | null; // the table of that scope has no others
}

/** What each place is called in the help. */
export const scopeTitles: Readonly<Record<Scope, string>> = {
  app: "Anywhere",
  composer: "While you write",
  permission: "When permission is asked for",
  list: "In lists",
  viewer: "In texts",
};

/** The keys of a place with what they do, as the help shows them. */
export function keyRows(scope: Scope): readonly (readonly [keys: string, what: string])[] {
  const bindings: Bindings = keyMap[scope];
  return Object.entries(bindings).map(([name, { what }]) => [keyLabels[name as KeyName], what] as const);
}
