/**
 * What `opta chat --detach` does: has the daemon take one turn, says where it is, and leaves while it goes on. Nobody is
 * asked here, but somebody may come: what needs permission waits in the session, and is not denied at once.
 */
import { CliError, ExitCode } from "../exit.ts";
import { isWithoutDaemon } from "../program/no_daemon.ts";
import { note, OutputClosed, writeJson, writeOut } from "../output/output.ts";
import { DANGER, modeOf, type TurnFlags } from "../program/turn_flags.ts";
import { attach, setUpChat } from "./chat_setup.ts";
import { describeReplaced } from "./check_text.ts";
import { errorDocument } from "./error_document.ts";
import { Interrupts } from "./interrupts.ts";
import { readTask } from "./read_task.ts";
import { Remarks } from "./remarks.ts";
import { watchConnection } from "./watch_connection.ts";

/** What is known on the way: a failure names the session, too. */
interface Ids {
  sessionId?: string;
  turnId?: string;
}

export async function runDetached(words: string[], flags: TurnFlags): Promise<ExitCode> {
  const ids: Ids = {};
  try {
    await submit(words, flags, ids);
    return ExitCode.done;
  } catch (error) {
    if (flags.format === "json" && !(error instanceof OutputClosed)) writeJson({ error: errorDocument(error), ...ids });
    throw error;
  }
}

async function submit(words: string[], flags: TurnFlags, ids: Ids): Promise<void> {
  modeOf(flags, {}, "chat"); // wrong usage is said before anything is done
  const env = Deno.env.toObject();
  if (isWithoutDaemon(flags, env)) {
    throw new CliError(
      "--detach leaves the turn to the daemon, and --no-daemon (OPTA_NO_DAEMON) wants none. Leave out one of them",
      ExitCode.usage,
    );
  }
  using interrupts = new Interrupts(0); // there is nothing to wait for after Ctrl-C
  const { leave: signal } = interrupts;
  const remarks = Remarks.onStderr(flags, env);
  const content = await readTask(words, "opta chat --detach", {
    signal,
    onSilence: () => note("waiting for standard input to end (use </dev/null if there is none)"),
    onReplaced: (count) => note(describeReplaced(count)),
  });
  const setup = await setUpChat(flags, {
    env,
    isAttended: true, // by whoever attaches
    onFailure: (message) => interrupts.giveUp(new CliError(message, ExitCode.daemonUnreachable)),
    signal,
  });
  const { sessionId, mode, overrides, revival } = setup;
  ids.sessionId = sessionId;
  if (overrides.dangerous && Deno.stderr.isTerminal()) remarks.tell(DANGER);
  await using session = attach(setup, sessionId, "script");
  watchConnection(session, revival, (text) => remarks.remark(text));
  const { turnId, queued } = await session.submit(content, { mode, overrides, signal }).catch((error) => {
    // It may have been on its way.
    if (signal.aborted) {
      remarks.tell(`The turn may have been taken all the same. Look: opta chat --resume ${sessionId}`);
    }
    throw error;
  });
  ids.turnId = turnId;
  if (flags.format === "json") writeJson({ sessionId, turnId, queued });
  else writeOut(`${sessionId}\n`);
  if (queued > 0) remarks.remark(`it waits for ${queued} turn${queued === 1 ? "" : "s"} of this session`);
  remarks.remark(`the turn goes on in the daemon. Watch it: opta sessions attach ${sessionId}`);
  remarks.remark(`come back: opta chat --resume ${sessionId}`);
  if (!overrides.dangerous) remarks.remark("what needs permission waits there for your answer");
}
