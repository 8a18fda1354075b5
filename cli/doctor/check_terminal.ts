/** Whether this terminal can show what Opta draws. */
import { terminalSize } from "../chat/terminal_size.ts";
import { colorsFor } from "../output/colors.ts";
import type { Env } from "../paths.ts";
import type { Check, Finding } from "./check.ts";

/** What the terminal UI is laid out for; below, parts of it make way. */
const MIN_COLUMNS = 60;
const MIN_ROWS = 16;

export interface TerminalFacts {
  isInput: boolean;
  isOutput: boolean;
  size: { columns: number; rows: number };
  env: Env;
  os: typeof Deno.build.os;
}

export const checkTerminal: Check = {
  name: "terminal",
  look: ({ env }) =>
    judgeTerminal({
      isInput: Deno.stdin.isTerminal(),
      isOutput: Deno.stdout.isTerminal(),
      size: terminalSize(),
      env,
      os: Deno.build.os,
    }),
};

/** Pure. */
export function judgeTerminal({ isInput, isOutput, size, env, os }: TerminalFacts): Finding {
  if (!isOutput) return { status: "skipped", detail: "Standard output is no terminal" };
  const { columns, rows } = size;
  const problems = [
    ...(isInput ? [] : ["standard input is no terminal: a chat is not asked anything"]),
    ...(env.TERM === "dumb" ? ["TERM=dumb: lines are printed plainly, and nothing is drawn"] : []),
    ...(env.TERM || os === "windows" ? [] : ["TERM is not set"]),
    ...(columns < MIN_COLUMNS || rows < MIN_ROWS
      ? [`it is small: ${MIN_COLUMNS}×${MIN_ROWS} is the least to work in`]
      : []),
    ...(isUtf8(env) || os === "windows" ? [] : ["the locale is not UTF-8: set LANG, as to C.UTF-8"]),
  ];
  const facts = [
    `${env.TERM ?? "terminal"} ${columns}×${rows}`,
    colorsFor(true, env).bold("x") === "x" ? "no colours" : "colours",
    "Kitty keys and bracketed paste not known: the terminal UI asks for them when it starts",
  ].join(", ");
  return problems.length === 0
    ? { status: "ok", detail: facts }
    : { status: "warning", detail: `${problems.join("; ")} (${facts})` };
}

/** The first of them that is set decides, as the C library has it. */
function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Env): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}
