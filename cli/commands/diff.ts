/** `opta diff`: what the turns of a session have changed in files. */
import type { Command } from "@commander-js/extra-typings";
import { findChangeSet } from "../changes/find_change_set.ts";
import { paintDiff } from "../changes/paint_diff.ts";
import { withSession } from "../changes/with_session.ts";
import { colorsFor } from "../output/colors.ts";
import { examples } from "../program/examples.ts";
import { ExitCode } from "../exit.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { jsonFlag } from "../program/json_flag.ts";

export function defineDiff(command: Command): void {
  command
    .argument("[session]", "its id or the beginning of it; the latest session of this folder unless given")
    .option("--turn <id>", "the changes of this turn; those of the latest turn that is not undone unless given")
    .option("--all", "all changes since the session began, or since that turn, up to what is there now")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
The diff is made of the checkpoints that are kept before a turn changes a file,
with or without git. Changes that commands have made are not in it. Take changes
back with "opta sessions undo".`,
    )
    .addHelpText(
      "after",
      examples("opta diff", "opta diff --all | less -R", "opta diff 3f2a --turn turn_9c --json | jq -r .diff"),
    )
    .action(async (session, flags) => {
      Deno.exitCode = await printDiff(session, flags);
    });
}

async function printDiff(
  session: string | undefined,
  { turn, all, json }: { turn?: string; all?: true; json?: true },
): Promise<ExitCode> {
  return await withSession(session, async ({ api, sessionId, signal }) => {
    const params = { sessionId };
    const changeSet = turn === undefined
      ? undefined
      : findChangeSet((await api.call("listChanges", { params, signal })).changes, turn);
    const query = { changeSet, andLater: all ? "1" : "0" } as const;
    const shown = await api.call("diffChanges", { params, query, signal });
    if (json) writeJson({ sessionId, ...shown });
    else if (shown.diff === "") note(`There are no changes to show in session ${sessionId}`);
    else writeOut(`${paintDiff(shown.diff, colorsFor(Deno.stdout.isTerminal(), Deno.env.toObject()))}\n`);
    return ExitCode.done;
  });
}
