/** `opta chat`: its flags; what it does is in `chat/`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { runChat } from "../chat/run_chat.ts";
import { CliError, ExitCode } from "../exit.ts";
import { withTurnFlags } from "../turn_flags.ts";

export function defineChat(command: Command): void {
  withTurnFlags(command)
    .addOption(new Option("--tui").hideHelp())
    .addHelpText(
      "after",
      `
In a terminal, /help lists the commands, Ctrl-C cancels an answer, and Ctrl-D
leaves; the session stays. Tools that change files or run commands show what
they would do, and ask; from a pipe they are denied.

From a pipe, each line is a message, and so is what stands between two lines of
""". Answers go to standard output; with --format json, each is one line.

Examples:
  opta chat --model qwen3 --plan
  opta chat --resume 3f2a
  printf 'count to 3\\nshow markdown\\n' | opta chat`,
    )
    .action(async ({ tui, ...flags }) => {
      if (tui) throw new CliError("The full-screen interface is not in this version; use opta chat", ExitCode.usage);
      Deno.exitCode = await runChat(flags);
    });
}
