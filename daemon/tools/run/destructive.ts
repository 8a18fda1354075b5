/**
 * Whether a command line may destroy something, so that a person is asked even where commands are approved beforehand.
 * It knows the programs that delete, overwrite, publish or end things, also behind `sudo`, `env`, `xargs`, `sh -c` and
 * substitutions, and takes for destructive what it cannot see through: a program named by a variable, a shell that reads its
 * script from a pipe. What a script or a program of the workspace does is beyond it. No security rests on it alone.
 */
import { shellWords, type SimpleCommand, type Word } from "./shell_words.ts";
import { isElsewhere, RULES } from "./destructive_rules.ts";

/** How deep commands may stand in commands before it is no longer looked at, and asked about. */
const MAX_DEPTH = 8;

/** Words of the shell's own that stand before a command. */
const KEYWORDS = new Set("if then else elif while until do ! { } time coproc fi done esac".split(" "));

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** Programs that run the command in their arguments, with those of their options that take a value. */
const WRAPPERS: Readonly<Record<string, string>> = {
  env: "-u -C -S --unset --chdir --split-string",
  nohup: "",
  setsid: "",
  nice: "-n --adjustment",
  ionice: "-c -n -p",
  chrt: "-p",
  taskset: "",
  timeout: "-s -k --signal --kill-after",
  stdbuf: "-i -o -e",
  xargs: "-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs --replace",
  parallel: "-j -a --jobs",
  watch: "-n --interval",
  exec: "-a",
  command: "",
  builtin: "",
  busybox: "",
  toybox: "",
  unbuffer: "",
  script: "-c",
  flock: "-w -E",
  unshare: "",
  bwrap: "",
  chroot: "",
  npx: "-p --package",
  bunx: "",
};
/** Of those, the ones whose first plain argument is not the command. */
const SKIPS_ONE = new Set(["timeout", "taskset", "chrt", "flock", "chroot"]);

const SHELLS = new Set(["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "powershell", "pwsh", "cmd"]);
/** Interpreters, with their options that take a program's text. */
const INTERPRETERS = /^(?:python[\d.]*|perl|ruby|node|nodejs|deno|bun|php|lua)$/;
const DESTROYING_CODE =
  /\b(?:unlink\w*|rmtree|rmdir\w*|rmSync|remove\w*|truncate\w*|system|popen|exec\w*|spawn\w*|subprocess|child_process|Command)\b|\.rm\(|`/;
const DESTROYING_SQL =
  /\b(?:drop\s+(?:database|table|schema|user)|truncate\s+table|delete\s+from|flushall|flushdb|dropDatabase)\b/i;

export function isDestructive(line: string): boolean {
  return isLineDestructive(line, 0);
}

function isLineDestructive(text: string, depth: number): boolean {
  if (depth > MAX_DEPTH) return true;
  if (DESTROYING_SQL.test(text)) return true;
  if (text.replaceAll(/\s/g, "").includes(":(){:|:&};:")) return true; // forks until nothing else runs
  const { commands, nested } = shellWords(text);
  return commands.some((command) => isCommandDestructive(command, depth)) ||
    nested.some((inner) => isLineDestructive(inner, depth + 1));
}

function isCommandDestructive({ words, overwrites, isPiped }: SimpleCommand, depth: number): boolean {
  return overwrites.some(({ text, isDynamic }) => isDynamic || isElsewhere(text)) ||
    runsDestructive(words, isPiped, depth);
}

function runsDestructive(words: readonly Word[], isPiped: boolean, depth: number): boolean {
  const begin = words.findIndex(({ text, isDynamic }) => !ASSIGNMENT.test(text) && (isDynamic || !KEYWORDS.has(text)));
  const [first, ...args] = begin < 0 ? [] : words.slice(begin);
  if (first === undefined) return false;
  if (first.isDynamic || isPattern(first.text) || depth > MAX_DEPTH) return true;
  const brace = args.findIndex(({ text }) => text === "{"); // the body of a function
  if (brace >= 0 && runsDestructive(args.slice(brace + 1), false, depth + 1)) return true;
  const program = nameOf(first.text);
  const texts = args.map(({ text }) => text);
  if (SHELLS.has(program)) return isShellDestructive(args, isPiped, depth);
  if (program === "trap") return isLineDestructive(texts[0] ?? "", depth + 1);
  if (program === "eval" || program === "source" || program === ".") {
    return args.some(({ isDynamic, text }) => isDynamic || text.includes("(…)")) ||
      (program === "eval" && isLineDestructive(texts.join(" "), depth + 1));
  }
  if (INTERPRETERS.test(program)) return isInterpreterDestructive(program, args, isPiped);
  if (program === "find" || program === "fd") return isFindDestructive(args, depth);
  const valued = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  if (valued !== undefined) {
    const splitAt = texts.findIndex((text) => /^(?:-S|-c|--split-string)/.test(text));
    if (splitAt >= 0 && isLineDestructive(texts.slice(splitAt).join(" ").replace(/^-\S*[ =]?/, ""), depth + 1)) {
      return true;
    }
    return runsDestructive(wrapped(args, valued.split(" "), SKIPS_ONE.has(program)), isPiped, depth + 1);
  }
  const rule = RULES.get(program) ??
    [...RULES].find(([name]) => name.endsWith("*") && program.startsWith(name.slice(0, -1)))?.[1];
  return rule?.(texts) ?? false;
}

/** The shell makes another name of it: `/bin/r?`, `{rm,-rf,x}`. */
function isPattern(text: string): boolean {
  return /[*?]|\{.*,|.\[/.test(text) && text !== "[[";
}

/** `/bin/rm` and `RM.EXE` are `rm`. */
function nameOf(text: string): string {
  const base = text.split(/[/\\]/).at(-1) ?? text;
  return base.toLowerCase().replace(/\.(?:exe|cmd|bat)$/, "");
}

/** The command within the arguments of a wrapper. */
function wrapped(args: readonly Word[], valued: readonly string[], skipsOne: boolean): Word[] {
  let at = 0;
  while (at < args.length) {
    const text = args[at]?.text ?? "";
    if (text === "--") {
      at++;
      break;
    }
    if (text.startsWith("-")) at += valued.includes(text) ? 2 : 1;
    else if (ASSIGNMENT.test(text)) at++;
    else break;
  }
  return args.slice(skipsOne ? at + 1 : at);
}

/** What it is given as text is looked into; what comes through a pipe or a substitution cannot be. */
function isShellDestructive(args: readonly Word[], isPiped: boolean, depth: number): boolean {
  const at = args.findIndex(({ text }) => /^-\w*c$/i.test(text) || /^\/[ck]$/i.test(text) || /^-command$/i.test(text));
  if (at >= 0) {
    const script = args.slice(at + 1);
    return script.some(({ isDynamic }) => isDynamic) ||
      isLineDestructive(script.map(({ text }) => text).join(" "), depth + 1);
  }
  const file = args.find(({ text }) => !text.startsWith("-"));
  if (file === undefined) return isPiped;
  return file.isDynamic || file.text.includes("(…)") || (isPiped && args.some(({ text }) => text === "-s"));
}

function isInterpreterDestructive(program: string, args: readonly Word[], isPiped: boolean): boolean {
  const at = args.findIndex(({ text }) => /^-(?:[a-zA-Z]*[ceEr]|-eval|-print|p)$/.test(text) || text === "eval");
  if (at >= 0 && program !== "deno") {
    return args.slice(at + 1).some(({ text, isDynamic }) => isDynamic || DESTROYING_CODE.test(text));
  }
  if (program === "deno" || program === "bun") {
    const [verb = ""] = args.map(({ text }) => text);
    if (verb === "publish") return true;
    if (verb === "eval") return args.some(({ text, isDynamic }) => isDynamic || DESTROYING_CODE.test(text));
  }
  const file = args.find(({ text }) => !text.startsWith("-"));
  return isPiped && (file === undefined || args.some(({ text }) => text === "-"));
}

function isFindDestructive(args: readonly Word[], depth: number): boolean {
  return args.some(({ text }, at) =>
    text === "-delete" || text.startsWith("-fprint") ||
    (/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(text) &&
      runsDestructive(args.slice(at + 1), false, depth + 1))
  );
}
