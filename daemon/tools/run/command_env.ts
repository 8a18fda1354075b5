/**
 * The environment of a command: a list of what it may have, and nothing else [security 8]. Whatever is not named here does
 * not reach it: no keys, tokens or secrets, no `LD_*`, `DYLD_*` or `DENO_*`, no agent that would sign for it.
 */

/** The user's variables that commands get. The daemon must be allowed to read these, and its runner, too. */
export const COMMAND_VARIABLES: readonly string[] = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "TMPDIR",
  "TZ",
  "LANG",
  ...["ALL", "COLLATE", "CTYPE", "MESSAGES", "MONETARY", "NUMERIC", "TIME"].map((kind) => `LC_${kind}`),
  // Without these no program starts on Windows, or finds the user's files.
  ...["SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"],
];

/** For programs that look: nobody is there to page, to colour or to type a password for. */
const UNATTENDED = { TERM: "dumb", NO_COLOR: "1", PAGER: "cat", GIT_PAGER: "cat", GIT_TERMINAL_PROMPT: "0" };

/** Names the processes of one command, wherever they go: children inherit it. */
export const MARK = "OPTA_CALL";

/** What of the user's environment commands may see. */
export function allowedOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const pairs = COMMAND_VARIABLES.map((name) => [name, env[name]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs);
}

export interface EnvOptions {
  /** Of this command; see `MARK`. */
  mark: string;
  /** The folder for temporary files, as the command sees it. */
  tempDir?: string;
  /** Caches in the home folder cannot be written: they go to the temporary folder. */
  isConfined: boolean;
}

/** The whole environment of one command. */
export function commandEnv(
  user: Readonly<Record<string, string | undefined>>,
  { mark, tempDir, isConfined }: EnvOptions,
): Record<string, string> {
  const env: Record<string, string> = { ...allowedOf(user), ...UNATTENDED, [MARK]: mark };
  if (tempDir !== undefined) env.TMPDIR = tempDir;
  if (isConfined) Object.assign(env, { XDG_CACHE_HOME: "/tmp/.cache", npm_config_cache: "/tmp/.cache/npm" });
  return env;
}
