import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { resolvePaths } from "../paths.ts";
import { checkCompletions } from "./check_completions.ts";
import { Situation } from "./situation.ts";

/** A line in a file of the home folder, and whether completions are set up by it. */
const lines: [shell: string, file: string, line: string, isSetUp: boolean][] = [
  ["bash", ".bashrc", "source ~/.opta_completions.bash", true], // as the help has it
  ["bash", ".bash_profile", 'eval "$(opta completions bash)"', true],
  ["zsh", ".zshrc", "source <(opta completions zsh)", true],
  ["fish", ".config/fish/completions/opta.fish", "# Completions of opta for fish", true],
  ["bash", ".bashrc", "alias opta='deno task opta'", false],
  ["bash", ".bashrc", "source ~/.optactl_completions.bash", false],
];
for (const [shell, file, line, isSetUp] of lines) {
  Deno.test(`checkCompletions finds ${isSetUp ? "" : "nothing "}in ~/${file}: ${line}`, async () => {
    const HOME = await Deno.makeTempDir();
    try {
      await Deno.mkdir(dirname(`${HOME}/${file}`), { recursive: true });
      await Deno.writeTextFile(`${HOME}/${file}`, `# mine\n${line}\n`);
      const env = { HOME, SHELL: `/bin/${shell}` };
      const { signal } = new AbortController();
      const { status } = await checkCompletions.look(new Situation(resolvePaths(env), env, signal), signal);
      assertEquals(status, isSetUp ? "ok" : "skipped");
    } finally {
      await Deno.remove(HOME, { recursive: true });
    }
  });
}
