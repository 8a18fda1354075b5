/**
 * Client messages of the WebSocket: subscribing and acting. Each is answered by exactly one `ack` or `error` frame that
 * repeats its `requestId`. The same acts over HTTP have their bodies in `http.ts`.
 *
 * Source: protocol v3, sections 2 (R8) and 3.
 */
import * as z from "zod";
import { CancelBody, ClientKind, ResolveBody, SubmitBody } from "./http.ts";

const requestId = z.string().max(200).optional();
const sessionId = z.string().min(1).max(200);

/** Follow one more session on this connection, or the same one from another cursor [R8]. */
export const Hello = z.object({
  type: z.literal("hello"),
  clientId: z.string().min(1).max(200),
  /** Who writes there, and with what: others are shown it. */
  writerId: z.string().min(1).max(200).optional(),
  kind: ClientKind.optional(),
  sessionId,
  afterSeq: z.number().int().nonnegative().default(0),
  epoch: z.string().optional(),
  /** Begin with a snapshot [R2]. */
  snapshot: z.boolean().optional(),
  requestId,
});

/** Stop following a session; the connection stays [R8]. */
export const Unsubscribe = z.object({ type: z.literal("unsubscribe"), sessionId, requestId });

/** Put a turn into a session's queue [S2-S5]. */
export const TurnSubmit = SubmitBody.extend({ type: z.literal("turn.submit"), sessionId, requestId });

/** Decide on a permission request; here `requestId` is that of the permission request, as v3 clients send it [P1]. */
export const PermissionResolve = ResolveBody.extend({ type: z.literal("permission.resolve"), sessionId });

/** Cancel one turn, the turns of one writer, or all of the session [C1]. */
export const TurnCancel = CancelBody.extend({ type: z.literal("turn.cancel"), sessionId, requestId });

/** Any client message. */
export const ClientMessage = z.discriminatedUnion("type", [
  Hello,
  Unsubscribe,
  TurnSubmit,
  PermissionResolve,
  TurnCancel,
]);
export type ClientMessage = z.infer<typeof ClientMessage>;
/** A client message as a client writes it, defaults left out. */
export type ClientMessageInput = z.input<typeof ClientMessage>;
