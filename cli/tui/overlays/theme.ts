/** The overlay of themes, with a piece of a conversation in the one that is chosen; Enter keeps it as a setting. */
import { setConfig } from "../../config/config.ts";
import { CliError } from "../../exit.ts";
import { isColorless } from "../choose_theme.ts";
import type { OverlayFactory } from "../overlay.ts";
import type { Row } from "../row.ts";
import { type ThemeName, themeNames } from "../theme.ts";
import { ListOverlay, overlayOf } from "./list_overlay.ts";

const meanings: Record<ThemeName, string> = {
  dark: "for light text on a dark background",
  light: "for dark text on a light background",
  none: "no colours, only bold, dim and underlined",
};

/** Something of each kind that is told apart. */
const sample: readonly Row[] = [
  [["› How do I ", "user"], ["greet", "user"], ["?", "user"]],
  [["Greeting", "heading"], [" with "], ["greet()", "code"], [", see "], ["docs/greet.md", "link"]],
  [
    ["function", "keyword"],
    [" "],
    ["greet", "function"],
    ["(name: "],
    ["string", "type"],
    [") "],
    ["// 1 of 2", "comment"],
    [" "],
    ['"hi"', "string"],
    [" "],
    ["42", "number"],
  ],
  [["- const a = 1;", "removed"], ["  "], ["+ const a = 2;", "added"], ["  "], ["@@ -1 +1 @@", "hunk"]],
  [["done", "good"], [" · "], ["may I?", "warning"], [" · "], ["it failed", "bad"], [" · "], ["on the side", "dim"]],
];

export const themeOverlay: OverlayFactory = (context) => {
  const { theme, signal, close, setTheme, settings: { paths, env } } = context;
  const before = theme.get().name;
  const items = themeNames.map((name) => ({ id: name, name }));
  // Moving shows it everywhere; leaving without Enter takes it back.
  let isKept = false;
  const list: ListOverlay<(typeof items)[number]> = new ListOverlay<(typeof items)[number]>({
    title: "Theme",
    theme: theme.get,
    signal,
    close,
    canFilter: false,
    chosenId: before,
    items: () => items,
    rowOf: ({ name }) => [[name === before ? "* " : "  ", "accent"], [name.padEnd(8)], [meanings[name], "dim"]],
    enter: {
      key: "",
      label: "keeps",
      doing: "keeping it",
      async run({ name }) {
        if (isColorless(env)) {
          throw new CliError("NO_COLOR is set, or this terminal has no colours: that has the last word");
        }
        await setConfig(paths, "tui.theme", name);
        isKept = true;
        setTheme(name);
        return "close";
      },
    },
    below: (_, { rows }) => [[], ...sample].slice(0, rows),
    empty: () => "",
    status: () => isColorless(env) ? { text: "NO_COLOR is set: no theme has colours", role: "warning" } : null,
    onMove(_, item) {
      if (item && !isColorless(env)) setTheme(item.name);
    },
  });
  return overlayOf(list, {
    [Symbol.dispose]() {
      if (!isKept && theme.get().name !== before) setTheme(before);
    },
  });
};
