/** `opta sessions …`: what is done with a session from outside of a chat. */
import type { Command } from "@commander-js/extra-typings";
import { describeUndo } from "../changes/describe_undo.ts";
import { findChangeSet } from "../changes/find_change_set.ts";
import { takeBack } from "../changes/take_back.ts";
import { withSession } from "../changes/with_session.ts";
import { ExitCode } from "../exit.ts";
import { note, writeJson, writeOut } from "../output.ts";

export function defineSessions(sessions: Command): void {
  defineAttach(sessions);
  sessions.command("undo")
    .description("take back what a turn has changed in files")
    .argument("[session]", "its id or the beginning of it; the latest session of this folder unless given")
    .option("--turn <id>", "this turn, or this undo; the latest turn whose changes are still there unless given")
    .option("--force", "also files that were changed afterwards")
    .option("--json", "print one JSON document on standard output")
    .addHelpText(
      "after",
      `
Asks for nothing: an undo can be undone, by its own id. Files that were changed
after the turn are left as they are, which is exit code 1, unless --force is
given. What commands did stays.

Examples:
  opta diff && opta sessions undo
  opta sessions undo 3f2a --turn turn_9c --force`,
    )
    .action(async (session, flags) => {
      Deno.exitCode = await undo(session, flags);
    });
}

function defineAttach(sessions: Command): void {
  sessions.command("attach")
    .description("watch a session: its latest turns, then everything as it happens")
    .argument(
      "[session]",
      'its id, the beginning of it, or "latest"; the latest session of this folder unless given',
    )
    .option("--tail <turns>", "begin with so many of its latest turns, or all", "5")
    .option("--json", "print the events of its log, one a line, as they are stored")
    .option("-v, --verbose", "say more on standard error")
    .addHelpText(
      "after",
      `
Watching changes nothing: nobody is asked for permission here, and leaving with
Ctrl-C leaves the turn running. It ends by itself when the session is deleted.

Examples:
  opta sessions attach latest
  opta sessions attach 3f2a --tail 0 --json | jq -r .event`,
    )
    .action(async (session, flags) => {
      const { runAttach } = await import("../watch/run_attach.ts");
      Deno.exitCode = await runAttach(session, flags);
    });
}

async function undo(
  session: string | undefined,
  { turn, force, json }: { turn?: string; force?: true; json?: true },
): Promise<ExitCode> {
  return await withSession(session, async ({ api, sessionId, signal }) => {
    const params = { sessionId };
    const changeSet = turn === undefined
      ? undefined
      : findChangeSet((await api.call("listChanges", { params, signal })).changes, turn);
    const result = await takeBack(api, sessionId, { changeSet, force }, signal);
    if (json) {
      writeJson({ sessionId, ...result });
    } else {
      const again = `opta sessions undo ${sessionId} --turn`;
      writeOut(`${describeUndo(result, `${again} ${result.changeSet} --force`)}\n`);
      if (result.undoId !== null) note(`to take that back: ${again} ${result.undoId}`);
    }
    return result.conflicts.length > 0 ? ExitCode.failed : ExitCode.done;
  });
}
