/** What the commands about one session share: a daemon, the session that is meant, and a way to stop. */
import { Api, type EndpointSource } from "@opta/protocol/client";
import { findSession } from "../chat/find_session.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { sessionHere } from "./session_here.ts";

export interface ChosenSession {
  api: Api;
  endpoint: EndpointSource;
  sessionId: string;
  signal: AbortSignal;
}

/** @param wanted the id or its beginning; without one, the latest session of the folder where the command was typed */
export async function withSession(
  wanted: string | undefined,
  act: (session: ChosenSession) => Promise<ExitCode>,
): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    const endpoint = await ensureDaemon({ env: Deno.env.toObject(), signal });
    const api = new Api(endpoint);
    const sessionId = wanted === undefined
      ? await sessionHere(api, await Deno.realPath("."), signal)
      : await findSession(api, wanted, signal);
    return await act({ api, endpoint, sessionId, signal });
  } catch (error) {
    if (signal.aborted) return ExitCode.cancelled;
    throw error;
  }
}
