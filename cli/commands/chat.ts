/** `opta chat`: its flags; what it does is in `chat/`. */
import type { Command } from "@commander-js/extra-typings";
import { runChat } from "../chat/run_chat.ts";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { withChatFlags } from "../program/turn_flags.ts";

export function defineChat(command: Command): void {
  withChatFlags(command.argument("[message...]", "with --detach: what to send; more of it may come from a pipe"))
    .option("--detach", "send one message, print the id of its session, and leave while the turn goes on")
    .option("--tui", "draw the chat, as opta tui does")
    .addHelpText(
      "after",
      `
In a terminal, /help lists the commands, Ctrl-C cancels an answer, and Ctrl-D
leaves; the session stays. Tools that change files or run commands show what
they would do, and ask; from a pipe they are denied.

From a pipe, each line is a message, and so is what stands between two lines of
""". Answers go to standard output; with --format json, each is one line.

With --detach the whole input is one message. What needs permission waits in the
session for whoever attaches to it; --auto lets edits through.

With --no-daemon, or OPTA_NO_DAEMON=1, no daemon is started: turns run in this
command, end when you leave, and nobody else can attach meanwhile.`,
    )
    .addHelpText(
      "after",
      examples(
        "opta chat --model qwen3 --plan",
        "opta chat --resume 3f2a",
        "opta chat --no-daemon",
        'opta sessions attach "$(opta chat --detach "fix the tests")"',
        "opta chat --format json < questions.txt | jq -r .response",
      ),
    )
    .action(async (words, { tui, detach, ...flags }) => {
      if (detach) {
        const { runDetached } = await import("../chat/run_detached.ts");
        Deno.exitCode = await runDetached(words, flags);
        return;
      }
      if (words.length > 0) {
        throw new CliError(
          'A chat takes no message as words. Send one and leave with "opta chat --detach …", have it answered with "opta do …"',
          ExitCode.usage,
        );
      }
      if (tui) {
        const { runTui } = await import("../tui/run_tui.ts");
        Deno.exitCode = await runTui(flags);
        return;
      }
      Deno.exitCode = await runChat(flags);
    });
}
