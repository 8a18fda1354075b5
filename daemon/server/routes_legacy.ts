/** The door of earlier releases: one question, one answer, in a session that the script may name again. */
import { answerOf, type LegacyChatBody, OptaError, type Turn, VERSION } from "@opta/protocol";
import { turnEnded } from "../session/turn_ended.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { MAX_LEGACY_CHATS } from "./limits.ts";

/** Who writes here, in the session's history. */
const WRITER = "http";

export function legacyRoutes(context: ServerContext): Pick<Handlers, "legacyHealth" | "legacyChat"> {
  const { sessions, startedAt, describeModel, legacy } = context;
  let waiting = 0;

  /** The session that is named, if there is one; or else a new one. */
  async function sessionFor({ session_id: named }: LegacyChatBody): Promise<string> {
    if (typeof named === "string") {
      try {
        await sessions.get(named);
        return named;
      } catch (error) {
        if (!(error instanceof OptaError && error.code === "not_found")) throw error;
      }
    }
    const workspace = legacy.cwd === null ? undefined : { cwd: legacy.cwd, dirs: [] };
    return (await sessions.create({ workspace })).summary.sessionId;
  }

  async function chat(body: LegacyChatBody, signal: AbortSignal) {
    const sessionId = await sessionFor(body);
    const session = await sessions.get(sessionId);
    const { turnId } = await session.submit({
      clientId: WRITER,
      writerId: WRITER,
      content: body.message,
      mode: "do",
      overrides: { unattended: true },
    });
    return answerTo(sessionId, await turnEnded(context, { sessionId, turnId }, signal));
  }

  return {
    async legacyHealth() {
      const { model } = await describeModel();
      return { status: "ok", model, uptime: Math.floor((Date.now() - startedAt.getTime()) / 1_000), version: VERSION };
    },

    async legacyChat({ body, raw }) {
      if (waiting >= MAX_LEGACY_CHATS) {
        const message = `${waiting} requests of this kind are under way already. Try again later.`;
        throw new OptaError("queue_full", message, { retryAfterMs: 1_000 });
      }
      waiting++;
      try {
        return await chat(body, raw.signal);
      } finally {
        waiting--;
      }
    },
  };
}

/** @throws {OptaError} the turn failed; it is in the session all the same */
function answerTo(sessionId: string, turn: Turn) {
  const { start, end } = turn;
  if (end?.kind !== "done") throw new OptaError("internal", end?.message ?? "The turn did not come to its end.");
  const { stats } = end;
  return {
    session_id: sessionId,
    response: answerOf(turn),
    tool_calls: stats.toolCalls,
    stats,
    model: start?.model ?? "",
  };
}
