/** `opta sessions …`: what is done with a session from outside of a chat. What it does is in `sessions/`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { Api } from "@opta/protocol/client";
import { describeUndo } from "../changes/describe_undo.ts";
import { findChangeSet } from "../changes/find_change_set.ts";
import { takeBack } from "../changes/take_back.ts";
import { withSession } from "../changes/with_session.ts";
import { colorsFor } from "../output/colors.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { examples } from "../program/examples.ts";
import { ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { outputColumns } from "../output/output_columns.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { renameSession, tagSession } from "../sessions/change_sessions.ts";
import { deleteSessions, restoreSessions } from "../sessions/delete_sessions.ts";
import { exportFormats, exportSession, showSession } from "../sessions/export_session.ts";
import { findSessions, formatSessionTable, type ListFlags } from "../sessions/list_sessions.ts";

const SESSION = 'its id, the beginning of it, or "latest"';
const SESSION_HERE = `${SESSION}; the latest session of this folder unless given`;

export function defineSessions(sessions: Command): void {
  defineLists(sessions);
  defineReading(sessions);
  defineImport(sessions);
  defineChanges(sessions);
  defineAttach(sessions);
  sessions.addHelpText(
    "after",
    examples(
      "opta sessions list --since 7d",
      "opta sessions search docker network",
      "opta sessions show latest | less",
    ),
  );
  sessions.command("undo")
    .description("take back what a turn has changed in files")
    .argument("[session]", "its id or the beginning of it; the latest session of this folder unless given")
    .option("--turn <id>", "this turn, or this undo; the latest turn whose changes are still there unless given")
    .option("--force", "also files that were changed afterwards")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
Asks for nothing: an undo can be undone, by its own id. Files that were changed
after the turn are left as they are, which is exit code 1, unless --force is
given. What commands did stays.`,
    )
    .addHelpText(
      "after",
      examples("opta sessions undo", "opta sessions undo 3f2a --turn turn_9c --force"),
    )
    .action(async (session, flags) => {
      Deno.exitCode = await undo(session, flags);
    });
}

function defineLists(sessions: Command): void {
  withListFlags(sessions.command("list"))
    .description("list sessions, the latest first")
    .option("--deleted", "those that were deleted and can be restored, and until when")
    .addHelpText(
      "after",
      examples("opta sessions list --since 7d --json | jq -r '.[].sessionId'", "opta sessions list --deleted"),
    )
    .action(async ({ json, ...flags }) => {
      Deno.exitCode = await list(undefined, flags, json);
    });
  withListFlags(sessions.command("search").argument("<words...>", "words, or their beginnings, that must all occur"))
    .description("find sessions by words in their messages or title")
    .addHelpText("after", examples("opta sessions search docker network"))
    .action(async (words, { json, ...flags }) => {
      Deno.exitCode = await list(words.join(" "), flags, json);
    });
}

function withListFlags<Args extends unknown[]>(command: Command<Args>) {
  return command
    .option("--model <name>", "only those that ask for this model")
    .option("--since <time>", "only those that changed since: 7d, 12h, 2026-11-01")
    .option("--tag <tag>", "only those with this tag")
    .option("--limit <count>", "at most so many", "50")
    .option(...jsonFlag);
}

function defineReading(sessions: Command): void {
  sessions.command("show")
    .description("print a session as Markdown")
    .argument("[session]", SESSION_HERE)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta sessions show latest | less"))
    .action(async (session, { json }) => {
      Deno.exitCode = await showSession(session, json);
    });
  sessions.command("export")
    .description("write a session for people (md), for programs (json), or its log (jsonl)")
    .argument("[session]", SESSION_HERE)
    .addOption(new Option("-f, --format <format>", "what to write").choices(exportFormats).default("md" as const))
    .option("-o, --output <path>", "write there instead of to standard output")
    .addHelpText("after", examples("opta sessions export 3f2a --format jsonl --output talk.jsonl"))
    .action(async (session, flags) => {
      Deno.exitCode = await exportSession(session, flags);
    });
}

function defineImport(sessions: Command): void {
  sessions.command("import")
    .description("make sessions of exported ones (jsonl or json), or of the session files of earlier releases")
    .argument("<files...>", "one session each; - is standard input")
    .option("--dry-run", "only look whether they could be imported")
    .option("--again", "also what has been imported before")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
Nothing of it is run, and nothing that was approved there is approved here. A
file that cannot be read is left out as a whole, which is exit code 1.`,
    )
    .addHelpText(
      "after",
      examples(
        "opta sessions import talk.jsonl",
        "opta sessions import ~/.config/opta/sessions/*.json --dry-run",
      ),
    )
    .action(async (files, flags) => {
      const { importSessions } = await import("../sessions/import_sessions.ts");
      Deno.exitCode = await importSessions(files, flags);
    });
}

function defineChanges(sessions: Command): void {
  sessions.command("rename")
    .description("give a session another title")
    .argument("<session>", SESSION)
    .argument("<title...>", "its words")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta sessions rename latest The parser, again"))
    .action(async (session, title, { json }) => {
      Deno.exitCode = await renameSession(session, title, json);
    });
  sessions.command("tag")
    .description("add tags, or remove them: -tag; without any, show them")
    .argument("<session>", SESSION)
    .argument("[tags...]", "to add, or with a dash before it to remove")
    .allowUnknownOption()
    .option(...jsonFlag)
    .addHelpText("after", examples("opta sessions tag latest work -draft"))
    .action(async (session, tags, { json }) => {
      Deno.exitCode = await tagSession(session, tags, json);
    });
  sessions.command("delete")
    .description("delete sessions with all of their history; for a week they can be restored")
    .argument("<sessions...>", SESSION)
    .option("-y, --yes", "do not ask")
    .option("--now", "for good, also those that were deleted before: they cannot be restored")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta sessions delete 3f2a --yes", "opta sessions delete 3f2a --now"))
    .action(async (wanted, flags) => {
      Deno.exitCode = await deleteSessions(wanted, flags);
    });
  sessions.command("restore")
    .description("bring deleted sessions back as they were")
    .argument("<sessions...>", 'the id of each, the beginning of it, or "latest" for the one that was deleted last')
    .option(...jsonFlag)
    .addHelpText("after", "\nExample:\n  opta sessions list --deleted\n  opta sessions restore 3f2a")
    .action(async (wanted, { json }) => {
      Deno.exitCode = await restoreSessions(wanted, json);
    });
}

async function list(text: string | undefined, flags: ListFlags, json?: true): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  const env = Deno.env.toObject();
  const api = new Api(await ensureDaemon({ env, signal }));
  const found = await findSessions(api, text, flags, signal);
  if (json) writeJson(found);
  else if (found.length === 0) {
    const { model, since, tag, deleted } = flags;
    const isOfAll = [text, model, since, tag].every((filter) => filter === undefined);
    note(isOfAll ? `there are no ${deleted ? "deleted " : ""}sessions` : "no session has that");
  } else {
    const colors = colorsFor(Deno.stdout.isTerminal(), env);
    writeOut(formatSessionTable(found, { columns: outputColumns(), colors, nowMs: Date.now() }));
  }
  return ExitCode.done;
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
Ctrl-C leaves the turn running. It ends by itself when the session is deleted.`,
    )
    .addHelpText(
      "after",
      examples("opta sessions attach latest", "opta sessions attach 3f2a --tail 0 --json | jq -r .event"),
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
