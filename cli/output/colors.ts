/** Colours for people who look at a terminal; for everybody else the same functions leave the text as it is. */
import type { Env } from "../paths.ts";

type Paint = (text: string) => string;

export interface Colors {
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
}

/** The SGR parameters that begin and end each style. */
const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** @param isTerminal whether the stream that is written to is one */
export function colorsFor(isTerminal: boolean, env: Env): Colors {
  const isOn = wantsColor(isTerminal, env);
  const paint = ([begin, end]: readonly [number, number]): Paint => (text) =>
    isOn && text !== "" ? `\x1b[${begin}m${text}\x1b[${end}m` : text;
  return {
    bold: paint(styles.bold),
    dim: paint(styles.dim),
    red: paint(styles.red),
    green: paint(styles.green),
    yellow: paint(styles.yellow),
    cyan: paint(styles.cyan),
  };
}

/** `NO_COLOR` is the last word, as https://no-color.org has it; `FORCE_COLOR` asks for colour in logs of CI as well. */
function wantsColor(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, CI, TERM }: Env): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && !CI && TERM !== "dumb";
}
