/** What a client message does. Each act is begun here; what it answers comes when it is durable. */
import type { ClientMessage } from "@opta/protocol";
import type { Sessions } from "../session/sessions.ts";

/** The messages that act on a session; the others change what the connection follows. */
export type ActMessage = Extract<ClientMessage, { type: "turn.submit" | "turn.cancel" | "permission.resolve" }>;

/** Fields of an ack. */
export type AckFields = Record<string, unknown>;

/**
 * Resolves as soon as the act has been handed to its session, so that the next one can be begun: acts of a connection
 * are taken in the order in which they came, yet do not wait for each other's commit. `done` has the answer.
 *
 * @throws {OptaError} `not_found`
 */
export async function beginAct(message: ActMessage, sessions: Sessions): Promise<{ done: Promise<AckFields> }> {
  const { sessionId } = message;
  const session = await sessions.get(sessionId);
  switch (message.type) {
    case "turn.submit": {
      const { type: _, sessionId: __, requestId: ___, ...body } = message;
      return { done: withSession(sessionId, session.submit(body)) };
    }
    case "turn.cancel": {
      const { turnId, writerId } = message;
      return { done: withSession(sessionId, session.cancel({ turnId, writerId })) };
    }
    case "permission.resolve": {
      const { requestId, decision, decidedBy, scope, answer } = message;
      return { done: withSession(sessionId, session.resolve({ requestId, decision, decidedBy, scope, answer })) };
    }
    default:
      return message satisfies never;
  }
}

async function withSession(sessionId: string, result: Promise<object>): Promise<AckFields> {
  return { sessionId, ...await result };
}
