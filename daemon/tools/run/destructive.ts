/**
 * Whether a command line may destroy something, so that a person is asked even where commands are approved beforehand.
 * It knows the programs that delete, overwrite, publish or end things, also behind `sudo`, `env`, `xargs`, `sh -c` and
 * substitutions, and takes for destructive what it cannot see through: a program named by a variable, a shell that reads its
 * script from a pipe. What a script or a program of the workspace does is beyond it. No security rests on it alone.
 */
import { isElsewhere, RULES } from "./destructive_rules.ts";
import { PROCESS_SUBSTITUTION, shellWords, type SimpleCommand, type Word } from "./shell_words.ts";

/** How deep commands may stand in commands before it is no longer looked at, and asked about. */
const MAX_DEPTH = 8;
/** How many characters and words are read for one line: commands in commands are read again at each level. */
const MAX_EFFORT = 1_000_000;

/** Words of the shell's own that stand before a command. */
const KEYWORDS = new Set("if then else elif while until do ! { } time coproc fi done esac".split(" "));

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/**
 * Programs that run the command in their arguments, with those of their options that take a value, and after a bar how many
 * arguments stand before the command.
 */
const WRAPPERS: ReadonlyMap<string, { valued: string[]; skipped: number }> = new Map(
  `env -u -C -S --unset --chdir --split-string
  nice -n --adjustment
  ionice -c -n -p
  chrt -p | 1
  taskset | 1
  timeout -s -k --signal --kill-after | 1
  stdbuf -i -o -e
  xargs -a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs --replace
  parallel -j -a --jobs
  watch -n --interval
  exec -a
  flock -w -E | 1
  chroot | 1
  npx -p --package
  script -c
  nohup
  setsid
  command
  builtin
  busybox
  toybox
  unbuffer
  unshare
  bwrap
  bunx`.split("\n").map((line) => {
    const [options = "", skipped] = line.trim().split(" | ");
    const [name = "", ...valued] = options.split(" ");
    return [name, { valued, skipped: Number(skipped ?? 0) }];
  }),
);

/** Of those, the ones that join their arguments and have a shell read them. */
const READ_BY_SHELL = new Set(["watch", "parallel"]);

const SHELLS = new Set(["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "powershell", "pwsh", "cmd"]);
const INTERPRETERS = /^(?:python[\d.]*|perl|ruby|node|nodejs|deno|bun|php|lua)$/;
const DESTROYING_CODE =
  /\b(?:unlink\w*|rmtree|rmdir\w*|rmSync|remove\w*|truncate\w*|system|popen|exec\w*|spawn\w*|subprocess|child_process|Command)\b|\.rm\(|`/;
const DESTROYING_SQL =
  /\b(?:drop\s+(?:database|table|schema|user)|truncate\s+table|delete\s+from|flushall|flushdb|dropDatabase)\b/i;

export function isDestructive(line: string): boolean {
  return isLineDestructive(line, { depth: 0, effort: { left: MAX_EFFORT } });
}

/** How deep it is looked, and what may still be read in all. */
interface Look {
  depth: number;
  effort: { left: number };
}

function deeper({ depth, effort }: Look): Look {
  return { depth: depth + 1, effort };
}

/** Counts what is looked at; beyond the limits a line is asked about rather than understood. */
function isTooMuch({ depth, effort }: Look, length: number): boolean {
  effort.left -= length;
  return depth > MAX_DEPTH || effort.left < 0;
}

function isLineDestructive(text: string, look: Look): boolean {
  if (isTooMuch(look, text.length)) return true;
  if (DESTROYING_SQL.test(text)) return true;
  if (text.replaceAll(/\s/g, "").includes(":(){:|:&};:")) return true; // forks until nothing else runs
  const { commands, nested } = shellWords(text);
  return commands.some((command) => isCommandDestructive(command, look)) ||
    nested.some((inner) => isLineDestructive(inner, deeper(look)));
}

function isCommandDestructive({ words, overwrites, isPiped }: SimpleCommand, look: Look): boolean {
  return overwrites.some(({ text, isDynamic }) => isDynamic || isElsewhere(text)) ||
    runsDestructive(words, isPiped, look);
}

function runsDestructive(words: readonly Word[], isPiped: boolean, look: Look): boolean {
  const begin = words.findIndex(({ text, isDynamic }) => !ASSIGNMENT.test(text) && (isDynamic || !KEYWORDS.has(text)));
  const [first, ...args] = begin < 0 ? [] : words.slice(begin);
  if (first === undefined) return false;
  if (first.isDynamic || isPattern(first.text) || isTooMuch(look, words.length)) return true;
  const brace = args.findIndex(({ text }) => text === "{"); // the body of a function
  if (brace >= 0 && runsDestructive(args.slice(brace + 1), false, deeper(look))) return true;
  const program = nameOf(first.text);
  const texts = args.map(({ text }) => text);
  if (SHELLS.has(program)) return isShellDestructive(args, isPiped, look);
  if (program === "trap") return isLineDestructive(texts[0] ?? "", deeper(look));
  if (program === "eval" || program === "source" || program === ".") {
    return args.some(({ isDynamic, text }) => isDynamic || text.includes(PROCESS_SUBSTITUTION)) ||
      (program === "eval" && isLineDestructive(texts.join(" "), deeper(look)));
  }
  if (INTERPRETERS.test(program)) return isInterpreterDestructive(args, isPiped);
  if (program === "find" || program === "fd") return isFindDestructive(args, look);
  const wrapper = WRAPPERS.get(program);
  if (wrapper) {
    const inner = wrapped(args, wrapper.valued).slice(wrapper.skipped);
    const scriptAt = texts.findIndex((text) => /^(?:-S|-c|--split-string)/.test(text));
    const script = scriptAt < 0 ? "" : texts.slice(scriptAt).join(" ").replace(/^-\S*[ =]?/, "");
    const joined = READ_BY_SHELL.has(program) ? inner.map(({ text }) => text).join(" ") : "";
    return runsDestructive(inner, isPiped, deeper(look)) ||
      [script, joined].some((line) => line !== "" && isLineDestructive(line, deeper(look)));
  }
  return (RULES.get(program) ?? RULES.get(program.replace(/\..*$/, "")))?.(texts) ?? false; // mkfs.ext4 is mkfs
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
function wrapped(args: readonly Word[], valued: readonly string[]): readonly Word[] {
  let at = 0;
  while (at < args.length) {
    const text = args[at]?.text ?? "";
    if (text === "--") return args.slice(at + 1);
    if (text.startsWith("-")) at += valued.includes(text) ? 2 : 1;
    else if (ASSIGNMENT.test(text)) at++;
    else break;
  }
  return args.slice(at);
}

/** What it is given as text is looked into; what comes through a pipe or a substitution cannot be. */
function isShellDestructive(args: readonly Word[], isPiped: boolean, look: Look): boolean {
  const at = args.findIndex(({ text }) => /^-\w*c$/i.test(text) || /^\/[ck]$/i.test(text) || /^-command$/i.test(text));
  if (at >= 0) {
    const script = args.slice(at + 1);
    return script.some(({ isDynamic }) => isDynamic) ||
      isLineDestructive(script.map(({ text }) => text).join(" "), deeper(look));
  }
  const file = args.find(({ text }) => !text.startsWith("-"));
  if (file === undefined) return isPiped;
  return file.isDynamic || file.text.includes(PROCESS_SUBSTITUTION) ||
    (isPiped && args.some(({ text }) => text === "-s"));
}

/** A program in the arguments is searched for what destroys; one that comes through a pipe cannot be. */
function isInterpreterDestructive(args: readonly Word[], isPiped: boolean): boolean {
  const texts = args.map(({ text }) => text);
  if (texts[0] === "publish") return true; // of deno and bun
  const at = texts.findIndex((text, index) =>
    /^-(?:[a-zA-Z]*[ceEr]|-eval|-print|p)$/.test(text) || (text === "eval" && index === 0)
  );
  if (at >= 0) return args.slice(at + 1).some(({ text, isDynamic }) => isDynamic || DESTROYING_CODE.test(text));
  return isPiped && (texts.every((text) => text.startsWith("-")) || texts.includes("-"));
}

function isFindDestructive(args: readonly Word[], look: Look): boolean {
  return args.some(({ text }, at) =>
    text === "-delete" || text.startsWith("-fprint") ||
    (/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(text) &&
      runsDestructive(args.slice(at + 1), false, deeper(look)))
  );
}
