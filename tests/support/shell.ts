/** Real shells as people have them, with the completions of `opta` loaded, in a terminal. */
import { fileURLToPath } from "node:url";
import type { Opta } from "./opta.ts";
import { TestTerminal } from "./test_terminal.ts";

export type ShellName = "bash" | "zsh" | "fish";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const COMMAND = `"${Deno.execPath()}" run -A --quiet "${main}"`;
const PROMPT = "$ ";

/** Why there is nothing to test with a shell; `null` when it is here. */
export async function missingShell(name: ShellName | "pwsh"): Promise<string | null> {
  try {
    await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return null;
  } catch {
    return `${name} is not installed here: nothing was tested with it`;
  }
}

export interface ShellSettings {
  /** Has `opta` as the alias of the README, in place of a program. */
  asAlias?: boolean;
  /** More of its start-up file. */
  setup?: string;
  columns?: number;
}

/** Ready to be typed into. Its home is `folder`, where it also stands. */
export async function startShell(
  opta: Opta,
  folder: string,
  name: ShellName,
  { asAlias = false, setup = "", columns = 150 }: ShellSettings = {},
): Promise<TestTerminal> {
  const { stdout: script } = await opta.run(["completions", name]);
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  if (!asAlias) await Deno.writeTextFile(`${folder}/bin/opta`, `#!/bin/sh\nexec ${COMMAND} "$@"\n`, { mode: 0o755 });
  const alias = asAlias ? `alias opta='${COMMAND}'` : "";
  const args = await writeStartUp(folder, name, `${alias}\n${setup}\n`, script);
  const { PATH = "", DENO_DIR } = Deno.env.toObject();
  const shell = new TestTerminal({
    command: name,
    args,
    env: {
      ...opta.env,
      PATH: `${folder}/bin:${PATH}`,
      HOME: folder,
      ZDOTDIR: folder,
      XDG_CONFIG_HOME: `${folder}/config`,
      XDG_DATA_HOME: `${folder}/data`,
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      DENO_DIR: DENO_DIR ?? await denoDir(),
    },
    cwd: folder,
    columns,
    rows: 40,
  });
  await shell.until(({ beforeCursor }) => beforeCursor === PROMPT);
  return shell;
}

/** @returns the arguments by which the shell reads it */
async function writeStartUp(folder: string, name: ShellName, before: string, script: string): Promise<string[]> {
  switch (name) {
    case "bash":
      await Deno.writeTextFile(`${folder}/.bashrc`, `PS1='${PROMPT}'\n${before}${script}`);
      return ["--noprofile", "--rcfile", `${folder}/.bashrc`, "-i"];
    case "zsh":
      await Deno.writeTextFile(`${folder}/.zshrc`, `PS1='${PROMPT}'\nunsetopt prompt_sp\n${before}${script}`);
      return ["-i"];
    case "fish": {
      const config = `${folder}/config/fish`;
      await Deno.mkdir(`${config}/completions`, { recursive: true });
      // Where this is missing, a process that outlives the shell reads all manual pages of the machine into it.
      await Deno.mkdir(`${folder}/data/fish/generated_completions`, { recursive: true });
      await Deno.writeTextFile(
        `${config}/config.fish`,
        `set fish_greeting\nfunction fish_prompt; printf '${PROMPT}'; end\nset -g fish_autosuggestion_enabled 0\n${before}`,
      );
      await Deno.writeTextFile(`${config}/completions/opta.fish`, script);
      return ["-i"];
    }
    default:
      return name satisfies never;
  }
}

/** Deno looks for its cache below the home folder, which is another one here. */
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
