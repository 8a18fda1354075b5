/** Acting on a session: the messages, their answers, and doing them over HTTP where the stream only reads [R7]. */
import type { z } from "zod";
import type { PermissionResolve, TurnCancel, TurnSubmit } from "../command.ts";
import type { Api } from "./api.ts";
import { ApiError, badAnswer } from "./errors.ts";

export type ActMessage =
  | z.input<typeof TurnSubmit>
  | z.input<typeof TurnCancel>
  | z.input<typeof PermissionResolve>;

/**
 * Does one act and gives the daemon's answer, which is not yet looked at.
 *
 * @throws {ApiError} refused
 * @throws {ConnectionLostError | DaemonUnreachableError} no answer: whether it took effect is not known
 */
export type Act = (message: ActMessage, signal?: AbortSignal) => Promise<unknown>;

export function actOverHttp(api: Api): Act {
  return (message, signal) => {
    switch (message.type) {
      case "turn.submit": {
        const { type: _type, requestId: _requestId, sessionId, ...body } = message;
        return api.call("submitTurn", { params: { sessionId }, body, signal });
      }
      case "turn.cancel": {
        const { type: _type, requestId: _requestId, sessionId, ...body } = message;
        return api.call("cancelTurns", { params: { sessionId }, body, signal });
      }
      case "permission.resolve": {
        const { type: _type, sessionId, ...body } = message;
        return api.call("resolvePermission", { params: { sessionId, requestId: body.requestId }, body, signal });
      }
      default:
        return message satisfies never;
    }
  };
}

/** @throws {ApiError} the daemon's answer has another shape than this client knows */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ApiError(500, badAnswer(parsed.error));
}
