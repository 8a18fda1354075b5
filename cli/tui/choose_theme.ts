/** Which colours the terminal UI begins with. Pure. */
import type { Env } from "../paths.ts";
import type { ThemeName } from "./theme.ts";

/** Backgrounds of the 16 colours on which dark text is read. */
const lightBackgrounds: ReadonlySet<string> = new Set(["7", "15"]);

/** Colours are off for good: https://no-color.org has the last word. */
export function isColorless({ NO_COLOR, TERM }: Env): boolean {
  return Boolean(NO_COLOR) || TERM === "dumb";
}

/** @param chosen the setting `tui.theme` */
export function chooseTheme(chosen: ThemeName | undefined, env: Env): ThemeName {
  if (isColorless(env)) return "none";
  if (chosen) return chosen;
  // `foreground;background`, or with a third value between, as rxvt and Konsole set it.
  const background = env.COLORFGBG?.split(";").at(-1);
  return background !== undefined && lightBackgrounds.has(background) ? "light" : "dark";
}
