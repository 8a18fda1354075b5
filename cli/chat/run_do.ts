/** What `opta do` does: reads the task, has the daemon run it as one turn, and prints what comes of it. */
import { answerOf, type Turn, type TurnOverrides } from "@opta/protocol";
import { Api, Session } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { isWithoutDaemon } from "../program/no_daemon.ts";
import { note, OutputClosed, writeJson } from "../output/output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { useProject } from "../project/use_project.ts";
import { DANGER, modeOf, overridesOf, type TurnFlags } from "../program/turn_flags.ts";
import { checkAnswerFile, writeAnswerFile } from "./answer_file.ts";
import { describeReplaced } from "./check_text.ts";
import { connectDaemon } from "./connect_daemon.ts";
import { errorDocument } from "./error_document.ts";
import { formatStats } from "./format_stats.ts";
import { Interrupts } from "./interrupts.ts";
import { startAnnouncer } from "./demo_notice.ts";
import { openSession } from "./open_session.ts";
import { printTurn } from "./print_turn.ts";
import { Remarks } from "./remarks.ts";
import { readTask } from "./read_task.ts";
import { documentOf, exitCodeOf, isAnswered, problemOf, responseOf } from "./turn_outcome.ts";
import { watchConnection } from "./watch_connection.ts";
import { writerIdOf } from "./writer_id.ts";

/** What the protocol takes. */
const MOST_MAX_TURNS = 10_000;
/** Milliseconds after Ctrl-C for the daemon to say that the turn has ended. */
const CANCEL_WAIT_MS = 2_000;

export interface DoFlags extends TurnFlags {
  quiet?: true;
  output?: string;
  maxTurns?: string;
}

/** What one run knows from the beginning. */
interface Run {
  flags: DoFlags;
  env: Env;
  overrides: TurnOverrides;
  /** Somebody is there who can be asked for permission. */
  isAttended: boolean;
  isInProcess: boolean;
  interrupts: Interrupts;
  remarks: Remarks;
  /** The ids, as soon as they are known: a failure names them, too. */
  ids: { sessionId?: string; turnId?: string };
}

export async function runDo(words: string[], flags: DoFlags): Promise<ExitCode> {
  modeOf(flags, {}, "do"); // wrong usage is said before anything is done
  const maxTurns = readMaxTurns(flags.maxTurns);
  if (flags.output !== undefined) await checkAnswerFile(flags.output);
  const isAttended = Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
  const env = Deno.env.toObject();
  const isInProcess = isWithoutDaemon(flags, env);
  using interrupts = new Interrupts(CANCEL_WAIT_MS, isInProcess);
  const run: Run = {
    flags,
    env,
    overrides: { ...overridesOf(flags, isAttended), ...(maxTurns !== undefined && { maxTurns }) },
    isAttended,
    isInProcess,
    interrupts,
    remarks: Remarks.onStderr(flags, env),
    ids: {},
  };
  if (run.overrides.dangerous && Deno.stderr.isTerminal()) run.remarks.tell(DANGER);
  try {
    const turn = await perform(words, run);
    return await report(turn, run);
  } catch (error) {
    if (flags.format === "json" && !(error instanceof OutputClosed)) {
      writeJson({ error: errorDocument(error), ...run.ids });
    }
    throw error;
  }
}

async function perform(words: string[], run: Run): Promise<Turn> {
  const { flags, env, isInProcess, interrupts, remarks } = run;
  const remark = (text: string) => remarks.remark(text);
  const { device, resume, model } = flags;
  const { cancel: signal } = interrupts;
  const onFailure = (message: string) => interrupts.giveUp(new CliError(message, ExitCode.daemonUnreachable));
  const onSilence = () => flags.quiet || note("waiting for standard input to end (use </dev/null if there is none)");
  const here = await useProject({ paths: resolvePaths(env), env, isQuiet: flags.quiet });
  const mode = modeOf(flags, here.config, "do");
  const onReplaced = (count: number) => flags.quiet || note(describeReplaced(count));
  const content = await readTask(words, "opta do", { signal, onSilence, onReplaced });
  const isQuiet = flags.quiet;
  await using revival = await connectDaemon({ env, device, isInProcess, isQuiet, onFailure, signal });
  const api = new Api(revival.endpoint);
  const sessionId = await openSession(api, { ...flags, model: model ?? here.model }, signal);
  run.ids.sessionId = sessionId;
  const who = { clientId: crypto.randomUUID(), writerId: writerIdOf(env, Deno.hostname()) };
  await using session = Session.attach({ endpoint: revival.endpoint, sessionId, ...who, kind: "script" });
  watchConnection(session, revival, remark);
  const overrides = resume === undefined ? run.overrides : { ...run.overrides, model };
  return await printTurn(session, content, {
    mode,
    overrides,
    cancel: interrupts.cancel,
    signal: interrupts.leave,
    isPrinted: flags.format !== "json" && !(flags.quiet && flags.output !== undefined),
    onSubmitted: (turnId) => run.ids.turnId = turnId,
    onStart: startAnnouncer({ isVerbose: flags.verbose ?? false, provider: overrides.provider, remark }),
    remarks,
    env,
    ...(run.isAttended && { asking: { ...who, onInterrupt: () => interrupts.press() } }),
  });
}

async function report(turn: Turn, { flags, ids, remarks }: Run): Promise<ExitCode> {
  const { end } = turn;
  const code = exitCodeOf(turn);
  if (isAnswered(turn) && flags.output !== undefined) {
    const response = responseOf(turn);
    await writeAnswerFile(flags.output, response.endsWith("\n") ? response : `${response}\n`);
  }
  if (flags.format === "json") writeJson(documentOf(ids.sessionId ?? "", turn));
  const problem = problemOf(turn);
  if (problem !== null && (code !== ExitCode.done || !flags.quiet)) note(problem);
  if (flags.verbose && end?.kind === "done") remarks.remark(formatStats(turn, end));
  if (flags.verbose) remarks.remark(`go on with: opta do --resume ${ids.sessionId} …`);
  else if (isHalfSaid(turn)) remarks.tell(`What came is kept. Go on with: opta do --resume ${ids.sessionId} go on`);
  return code;
}

/** Whether asking again in the same session is worth more than the same command once more. */
function isHalfSaid(turn: Turn): boolean {
  return turn.end?.kind === "error" && turn.end.retryable && answerOf(turn) !== "";
}

function readMaxTurns(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_MAX_TURNS) return count;
  throw new CliError(`--max-turns must be a whole number from 1 to ${MOST_MAX_TURNS}`, ExitCode.usage);
}
