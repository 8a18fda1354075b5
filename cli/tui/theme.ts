/** Colours of the terminal UI by what they mean. Text that is painted has been sanitized before. */

export const themeNames = ["dark", "light", "none"] as const;
export type ThemeName = (typeof themeNames)[number];

/** What a piece of text is. */
export type Role =
  | "dim"
  | "strong"
  | "emphasis"
  | "struck"
  | "heading"
  | "link"
  | "code"
  | "quote"
  | "user"
  | "accent"
  | "good"
  | "warning"
  | "bad"
  | "added"
  | "removed"
  | "hunk"
  | "selected"
  | "keyword"
  | "string"
  | "number"
  | "comment"
  | "function"
  | "type";

export interface Theme {
  readonly name: ThemeName;
  /** The text in the style of this role, each line of it by itself. */
  paint(role: Role, text: string): string;
}

/** The SGR parameters that begin and end a style. */
type Style = readonly [begin: string, end: string];

const dim: Style = ["2", "22"];
const bold: Style = ["1", "22"];
const italic: Style = ["3", "23"];
const underlined: Style = ["4", "24"];
const inverse: Style = ["7", "27"];
const struck: Style = ["9", "29"];
const foreground = (color: string): Style => [color, "39"];

/** Without colour, what must be told apart is told apart by weight. */
const plain: Partial<Record<Role, Style>> = {
  dim,
  strong: bold,
  emphasis: italic,
  struck,
  heading: bold,
  link: underlined,
  user: bold,
  selected: inverse,
};

const dark: Partial<Record<Role, Style>> = {
  ...plain,
  heading: ["1;36", "22;39"],
  link: ["4;36", "24;39"],
  code: foreground("33"),
  quote: dim,
  accent: foreground("36"),
  good: foreground("32"),
  warning: foreground("33"),
  bad: foreground("31"),
  added: foreground("32"),
  removed: foreground("31"),
  hunk: foreground("36"),
  keyword: foreground("35"),
  string: foreground("32"),
  number: foreground("33"),
  comment: dim,
  function: foreground("34"),
  type: foreground("36"),
};

/** Yellow and cyan are hard to read on white. */
const light: Partial<Record<Role, Style>> = {
  ...dark,
  heading: ["1;34", "22;39"],
  link: ["4;34", "24;39"],
  code: foreground("35"),
  accent: foreground("34"),
  warning: foreground("38;5;130"),
  hunk: foreground("34"),
  number: foreground("38;5;130"),
  type: foreground("34"),
};

const themes: Record<ThemeName, Partial<Record<Role, Style>>> = { dark, light, none: plain };

export function themeOf(name: ThemeName): Theme {
  const styles = themes[name];
  return {
    name,
    paint(role, text) {
      const style = styles[role];
      if (!style || text === "") return text;
      const [begin, end] = style;
      return `\x1b[${begin}m${text.replaceAll("\n", `\x1b[${end}m\n\x1b[${begin}m`)}\x1b[${end}m`;
    },
  };
}
