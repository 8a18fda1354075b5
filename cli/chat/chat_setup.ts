/** What a chat is started with, in both its forms: who chats, on which daemon, in which session, with which turns. */
import type { TurnMode, TurnOverrides } from "@opta/protocol";
import { Api, type ClientKind, Session } from "@opta/protocol/client";
import { isWithoutDaemon } from "../program/no_daemon.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { useProject } from "../project/use_project.ts";
import { modeOf, overridesOf, type TurnFlags } from "../program/turn_flags.ts";
import { connectDaemon } from "./connect_daemon.ts";
import { openSession } from "./open_session.ts";
import type { Revival } from "./revival.ts";
import { writerIdOf } from "./writer_id.ts";

export interface ChatSetup {
  env: Env;
  api: Api;
  revival: Revival;
  clientId: string;
  writerId: string;
  /** The session to begin with. */
  sessionId: string;
  mode: TurnMode;
  overrides: TurnOverrides;
  /** There is no daemon: turns end with this command. */
  isInProcess: boolean;
}

export interface SetUpOptions {
  env: Env;
  /** Whether somebody is there who can be asked for permission. */
  isAttended: boolean;
  /** Nothing that is said may be taken back. */
  isPlain?: boolean;
  onFailure(message: string): void;
  signal: AbortSignal;
}

/** Finds or starts the daemon, and finds or makes the session. The caller disposes of the revival. */
export async function setUpChat(
  flags: TurnFlags,
  { env, isAttended, isPlain, onFailure, signal }: SetUpOptions,
): Promise<ChatSetup> {
  const { device, resume, model } = flags;
  const here = await useProject({ paths: resolvePaths(env), env });
  const mode = modeOf(flags, here.config, "chat");
  const isInProcess = isWithoutDaemon(flags, env);
  await using parts = new AsyncDisposableStack();
  const revival = parts.use(await connectDaemon({ env, device, isPlain, isInProcess, onFailure, signal }));
  const api = new Api(revival.endpoint);
  const clientId = crypto.randomUUID();
  const writerId = writerIdOf(env, Deno.hostname());
  const sessionId = await openSession(api, { ...flags, model: model ?? here.model }, signal);
  if (resume !== undefined && model !== undefined) {
    await api.call("updateSession", { params: { sessionId }, body: { model }, signal });
  }
  const overrides = overridesOf(flags, isAttended);
  parts.move(); // from here on the revival is the caller's
  return { env, api, revival, clientId, writerId, sessionId, mode, overrides, isInProcess };
}

/** Attaches to a session; the caller waits until it has caught up. */
export function attach({ revival, clientId, writerId }: ChatSetup, sessionId: string, kind: ClientKind): Session {
  return Session.attach({ endpoint: revival.endpoint, sessionId, clientId, writerId, kind });
}
