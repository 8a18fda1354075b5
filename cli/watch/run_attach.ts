/** What `opta sessions attach` does: finds the session, watches it, and says why it ended. */
import { type Api, ApiError, Session, SessionClosedError } from "@opta/protocol/client";
import { withSession } from "../changes/with_session.ts";
import { Remarks } from "../chat/remarks.ts";
import { terminalSize } from "../chat/terminal_size.ts";
import { connectionWatcher } from "../chat/watch_connection.ts";
import { writerIdOf } from "../chat/writer_id.ts";
import { colorsFor } from "../output/colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note, writeOut } from "../output/output.ts";
import type { Env } from "../paths.ts";
import { escapeJson, sanitizeLine } from "../output/sanitize.ts";
import { WATCHER } from "./request_notices.ts";
import { readLog } from "./read_log.ts";
import { watchSession } from "./watch_session.ts";

export interface AttachFlags {
  /** As it was typed. */
  tail: string;
  json?: true;
  verbose?: true;
}

export async function runAttach(wanted: string | undefined, flags: AttachFlags): Promise<ExitCode> {
  const tail = readTail(flags.tail);
  return await withSession(wanted, async ({ api, endpoint, sessionId, signal }) => {
    const env = Deno.env.toObject();
    const remarks = Remarks.onStderr(flags, env);
    const clientId = crypto.randomUUID();
    await using session = Session.attach({
      endpoint,
      sessionId,
      clientId,
      writerId: writerIdOf(env, Deno.hostname()),
      kind: WATCHER,
    });
    const watched = { api, session, sessionId, clientId, tail, env, remarks, signal };
    try {
      return await (flags.json ? printLog(watched) : printTranscript(watched));
    } catch (error) {
      if (signal.aborted) {
        const { active, queue } = session.state;
        if (active || queue.length > 0) {
          remarks.remark(`The turn goes on. Come back with: opta chat --resume ${sessionId}`);
        }
        return ExitCode.cancelled;
      }
      if (!isGone(error)) throw error;
      note(`Session ${sanitizeLine(sessionId)} was deleted`);
      return ExitCode.done;
    }
  });
}

interface Watched {
  api: Api;
  session: Session;
  sessionId: string;
  clientId: string;
  tail: number;
  env: Env;
  remarks: Remarks;
  signal: AbortSignal;
}

async function printTranscript({ session, sessionId, clientId, tail, env, remarks, signal }: Watched): Promise<never> {
  remarks.remark(`watching session ${sessionId}; to take part: opta chat --resume ${sessionId}`);
  const isTerminal = Deno.stdout.isTerminal();
  return await watchSession(session, {
    tail,
    clientId,
    colors: colorsFor(isTerminal, env),
    columns: () => terminalSize().columns,
    print: writeOut,
    aside: isTerminal ? null : note,
    signal,
  });
}

async function printLog({ api, session, sessionId, tail, signal }: Watched): Promise<never> {
  const lookAtConnection = connectionWatcher(note);
  session.subscribe((change) => change.kind === "connection" && lookAtConnection(change.connection));
  const onRewritten = () => note("The end of this session was lost or restored: its latest turns follow anew");
  const shown = Deno.stdout.isTerminal() ? escapeJson : (line: string) => line; // to the byte for whoever reads it by a pipe
  for await (const line of readLog({ api, session, sessionId, tail, onRewritten, signal })) {
    writeOut(`${shown(line)}\n`);
  }
  throw new TypeError("A log is followed until the session or its reader has gone");
}

function isGone(error: unknown): boolean {
  return (error instanceof SessionClosedError || error instanceof ApiError) && error.code === "not_found";
}

function readTail(text: string): number {
  if (text === "all") return Infinity;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new CliError(`--tail ${text}: must be a whole number, or all`, ExitCode.usage);
}
