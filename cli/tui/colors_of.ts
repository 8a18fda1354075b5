/** The colours of line mode in those of a theme, for what both modes say. */
import type { Colors } from "../output/colors.ts";
import type { Theme } from "./theme.ts";

export function colorsOf(theme: Theme): Colors {
  return {
    bold: (text) => theme.paint("strong", text),
    dim: (text) => theme.paint("dim", text),
    red: (text) => theme.paint("bad", text),
    green: (text) => theme.paint("good", text),
    yellow: (text) => theme.paint("warning", text),
    cyan: (text) => theme.paint("accent", text),
  };
}
