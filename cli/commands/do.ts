/** `opta do`: one task, its answer on standard output, and an exit code that says how it went. */
import type { Command } from "@commander-js/extra-typings";
import { runDo } from "../chat/run_do.ts";
import { examples } from "../program/examples.ts";
import { withTurnFlags } from "../program/turn_flags.ts";

export function defineDo(command: Command): void {
  withTurnFlags(command.argument("[task...]", "what to do; more of it may come from a pipe"))
    .option("-q, --quiet", "print nothing but the answer")
    .option("-o, --output <path>", "write the answer to this file as well; with --quiet, to this file alone")
    .option("--max-turns <n>", "most requests to the model, each of which may call tools")
    .addHelpText(
      "after",
      `
In a terminal, tools that change files or run commands ask first. In a script
nobody can be asked: without --auto, or a rule that allows it, such a tool is
denied, and the command exits with 1 and says why.

Exit codes: 0 done, 1 failed or denied, 2 wrong usage, 3 no model server,
4 daemon unreachable, 130 cancelled.`,
    )
    .addHelpText(
      "after",
      examples(
        "opta do count to 20",
        'opta do "summarise this" < notes.md',
        'opta do --format json "name three rivers" | jq -r .response',
        'opta do --no-daemon "count to 3"',
      ),
    )
    .action(async (words, flags) => {
      Deno.exitCode = await runDo(words, flags);
    });
}
