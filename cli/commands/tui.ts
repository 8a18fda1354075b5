/** `opta tui`: its flags; what it does is in `tui/`. */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../program/examples.ts";
import { runTui } from "../tui/run_tui.ts";
import { withChatFlags } from "../program/turn_flags.ts";

export function defineTui(command: Command): void {
  withChatFlags(command)
    .addHelpText(
      "after",
      `
The same chat as "opta chat", drawn: what is finished scrolls away as text, and
below it are the answer that grows, what waits, your message and how things
stand. /help lists the commands, Esc cancels an answer, Ctrl-D leaves; the
session stays, and so does what you have typed.

Where nothing can be drawn, and with --plain, it is the line mode of opta chat.`,
    )
    .addHelpText(
      "after",
      examples(
        "opta tui --resume 3f2a",
        "opta tui --plain    # for a screen reader: nothing is drawn twice",
        "opta tui --no-daemon",
      ),
    )
    .action(async (flags) => {
      Deno.exitCode = await runTui(flags);
    });
}
