/** What `/diff`, `/undo` and `/redo` do in a chat. */
import { describeUndo } from "../changes/describe_undo.ts";
import { paintDiff } from "../changes/paint_diff.ts";
import { takeBack } from "../changes/take_back.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { CommandContext } from "./chat_commands.ts";

type ChangeContext = Pick<CommandContext, "api" | "session" | "say" | "colors" | "signal">;

/** @param argument `all`, or nothing for the latest turn */
export async function showDiff(argument: string, { api, session, say, colors, signal }: ChangeContext): Promise<void> {
  const andLater = isWord(argument, "all", "/diff");
  const params = { sessionId: session.state.sessionId };
  const { diff } = await api.call("diffChanges", { params, query: { andLater: andLater ? "1" : "0" }, signal });
  if (diff === "") return say("no turn of this session has changes that are still there");
  say(paintDiff(diff, colors));
}

/** @param argument `force`, or nothing */
export async function undoLatest(argument: string, { api, session, say, signal }: ChangeContext): Promise<void> {
  const force = isWord(argument, "force", "/undo");
  say(describeUndo(await takeBack(api, session.state.sessionId, { force }, signal), "/undo force"));
}

/** Takes the latest undo back. @param argument `force`, or nothing */
export async function redoLatest(argument: string, { api, session, say, signal }: ChangeContext): Promise<void> {
  const force = isWord(argument, "force", "/redo");
  const { sessionId } = session.state;
  const { changes } = await api.call("listChanges", { params: { sessionId }, signal });
  const latest = changes.findLast(({ kind, undone }) => kind === "undo" && !undone);
  if (!latest) return say("there is no undo to take back");
  const { changeSet } = latest;
  say(describeUndo(await takeBack(api, sessionId, { changeSet, force }, signal), "/redo force"));
}

function isWord(argument: string, word: string, command: string): boolean {
  if (argument === "" || argument === word) return argument === word;
  throw new CliError(`${command} takes nothing, or the word ${word}`, ExitCode.usage);
}
