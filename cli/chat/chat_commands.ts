/** What the commands of a chat do, whether they are typed at the prompt or come from a pipe. */
import type { SessionSummary, TurnMode } from "@opta/protocol";
import type { Api, Session } from "@opta/protocol/client";
import { countOf } from "@opta/view/count_of";
import type { Question } from "@opta/view/question_again";
import type { Colors } from "../output/colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { formatAge } from "../output/format_age.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { workspaceHere } from "../workspace.ts";
import { redoLatest, showDiff, undoLatest } from "./change_commands.ts";
import { chooseMode } from "./choose_mode.ts";
import { chooseModel } from "./choose_model.ts";
import { findSession } from "./find_session.ts";
import { type Asker, questionAgain } from "./retry_turn.ts";
import { type CommandName, helpText } from "./slash_command.ts";

/** Sessions that `/sessions` lists: what fits on a screen. */
const LISTED_SESSIONS = 15;

/** What was listed last, for `/resume 2` and `/model 2`. */
export interface Shown {
  ids: string[];
  models: string[];
}

export interface CommandContext {
  api: Api;
  session: Session;
  /** Who chats. */
  asker: Asker;
  list: Shown;
  /** Text for the user, of one or more lines. */
  say(text: string): void;
  /** Of where that is shown. */
  colors: Colors;
  /** Goes over to another session. */
  open(sessionId: string): Promise<void>;
  /** Has a message answered. */
  ask(question: Question): Promise<void>;
  /** Of the messages to come. */
  mode: TurnMode;
  setMode(mode: TurnMode): void;
  /** The user leaves. */
  signal: AbortSignal;
}

/** @throws {CliError | ApiError} with what could not be done */
export async function runCommand(
  name: Exclude<CommandName, "exit">,
  argument: string,
  context: CommandContext,
): Promise<void> {
  const { api, session, asker, list, say, open, ask } = context;
  switch (name) {
    case "help":
      return say(helpText());
    case "new":
      return await open((await api.call("createSession", { body: { workspace: await workspaceHere() } })).sessionId);
    case "sessions": {
      const { sessions } = await api.call("listSessions", { query: { limit: LISTED_SESSIONS } });
      list.ids = sessions.map(({ sessionId }) => sessionId);
      return say(formatSessions(sessions, session.state.sessionId, Date.now()));
    }
    case "resume": {
      if (argument === "") throw new CliError("/resume needs a number from /sessions, or an id", ExitCode.usage);
      return await open(list.ids[Number(argument) - 1] ?? await findSession(api, argument));
    }
    case "model":
      return await chooseModel(argument, context);
    case "mode":
      return chooseMode(argument, context);
    case "diff":
      return await showDiff(argument, context);
    case "undo":
      return await undoLatest(argument, context);
    case "redo":
      return await redoLatest(argument, context);
    case "retry":
      await session.caughtUp(context.signal);
      return await ask(questionAgain(session.state, asker));
    case "cancel": {
      const { cancelled } = await session.cancel();
      return say(cancelled === 0 ? "nothing runs or waits here" : `cancelling ${countOf(cancelled, "turn")}`);
    }
    default:
      return name satisfies never;
  }
}

export function formatSessions(sessions: readonly SessionSummary[], currentId: string, nowMs: number): string {
  if (sessions.length === 0) return "there are no sessions";
  const rows = sessions.map(({ sessionId, title, updatedAt, activeTurnId, queuedTurns }, i) => [
    `${sessionId === currentId ? "*" : " "}${String(i + 1).padStart(2)}`,
    formatAge(nowMs - Date.parse(updatedAt)),
    `${sanitizeLine(title) || "(empty)"}${activeTurnId !== null || queuedTurns > 0 ? " [running]" : ""}`,
  ]);
  const width = Math.max(...rows.map(([, age = ""]) => age.length));
  return rows.map(([number, age = "", title]) => `${number}  ${age.padEnd(width)}  ${title}`).join("\n");
}
