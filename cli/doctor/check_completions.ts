/** A hint alone: whether the user's shell seems to know the completions of `opta`. */
import { basename, join } from "node:path";
import type { Check } from "./check.ts";

/** Where each shell would have them: files of their own, and start-up files that may call `opta completions`. */
const places: Readonly<Record<string, readonly string[]>> = {
  bash: [".local/share/bash-completion/completions/opta", ".bashrc", ".bash_profile", ".bash_completion"],
  zsh: [".zfunc/_opta", ".zsh/completions/_opta", ".local/share/zsh/site-functions/_opta", ".zshrc"],
  fish: [".config/fish/completions/opta.fish", ".config/fish/config.fish"],
};

/** Of a start-up file: people have long ones, and nobody one of this size. */
const MAX_READ_BYTES = 1024 * 1024;

export const checkCompletions: Check = {
  name: "completions",
  async look({ env }) {
    const shell = basename(env.SHELL ?? "");
    const files = places[shell];
    if (!files || !env.HOME) {
      return { status: "skipped", detail: "The shell is not known: see opta completions --help" };
    }
    for (const file of files) {
      if (await mentions(join(env.HOME, file))) return { status: "ok", detail: `Set up for ${shell} in ~/${file}` };
    }
    return { status: "skipped", detail: `Not found for ${shell}: see opta completions --help` };
  },
};

async function mentions(path: string): Promise<boolean> {
  try {
    if ((await Deno.stat(path)).size > MAX_READ_BYTES) return false;
    return /\bopta(?![a-z0-9]).*complet|complet.*\bopta(?![a-z0-9])/i.test(await Deno.readTextFile(path));
  } catch {
    return false; // not there, or not to be read: the same as none
  }
}
