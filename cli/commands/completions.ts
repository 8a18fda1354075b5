/** `opta completions`: prints the script by which a shell completes the command. What the scripts ask is in `completions/`. */
import type { Command } from "@commander-js/extra-typings";
import { bashScript } from "../completions/scripts/bash_script.ts";
import { fishScript } from "../completions/scripts/fish_script.ts";
import { powershellScript } from "../completions/scripts/powershell_script.ts";
import { zshScript } from "../completions/scripts/zsh_script.ts";
import { CliError, ExitCode } from "../exit.ts";
import { writeOut } from "../output/output.ts";

const scripts: Readonly<Record<string, (name: string) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

export function defineCompletions(command: Command): void {
  command
    .usage(`<${Object.keys(scripts).join("|")}> [flags]`)
    .argument("[shell]", Object.keys(scripts).join(", "))
    .option("--command <name>", "complete a command, or an alias, of this name", "opta")
    .addHelpText(
      "after",
      `
Completes commands, flags and values: sessions with their titles, models,
settings, profiles. A daemon that runs is asked; none is started, and what it
said last counts while there is none.

bash   in ~/.bashrc, after an alias opta if you have one:
         source ~/.opta_completions.bash
zsh    in ~/.zshrc, after the alias, which becomes a function of the same words:
         source ~/.opta_completions.zsh
       each made by: opta completions zsh > ~/.opta_completions.zsh
       or, without a file and slower to start: source <(opta completions zsh)
fish   opta completions fish > ~/.config/fish/completions/opta.fish
PowerShell
       opta completions powershell > opta.ps1, and in $PROFILE: . PATH/opta.ps1

Examples:
  opta completions bash > ~/.opta_completions.bash
  opta completions bash --command o > ~/.o_completions.bash    # alias o=opta`,
    )
    .action((shell, { command: name }) => writeOut(script(shell, name)));
}

function script(shell: string | undefined, name: string): string {
  const known = Object.keys(scripts).join(", ");
  const make = shell !== undefined && Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!make) {
    const problem = shell === undefined ? "Name a shell" : `There are no completions for ${JSON.stringify(shell)}`;
    throw new CliError(`${problem}: one of ${known}`, ExitCode.usage);
  }
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    throw new CliError(
      `--command ${JSON.stringify(name)}: must be the name of a command, such as opta`,
      ExitCode.usage,
    );
  }
  return make(name);
}
