/**
 * Control frames: what the daemon tells one subscriber about the subscription itself. They are never in a log and have
 * no number. On a WebSocket they are frames with `type`; on SSE they come as `event: opta.control` without an id.
 *
 * Source: protocol v3, sections 2 and 3.
 */
import * as z from "zod";
import { ErrorBody } from "./error.ts";

/** All up to `headSeq`, the head at the time of subscribing, has been sent; what follows is live [R1]. */
export const ReplayComplete = z.object({
  type: z.literal("replay.complete"),
  sessionId: z.string(),
  epoch: z.string(),
  headSeq: z.number().int().nonnegative(),
});

/** The cursor cannot be served; a snapshot follows [R3]. */
export const ResyncRequired = z.object({
  type: z.literal("resync.required"),
  sessionId: z.string(),
  reason: z.enum(["epoch_changed", "ahead_of_head", "before_earliest"]),
  epoch: z.string(),
  earliestSeq: z.number().int().nonnegative(),
  headSeq: z.number().int().nonnegative(),
});

/** The connection lives [R4]. A `headSeq` above the client's cursor means that events are missing: resubscribe. */
export const Heartbeat = z.object({
  type: z.literal("heartbeat"),
  sessionId: z.string(),
  headSeq: z.number().int().nonnegative(),
  ts: z.string(),
});

/** Somebody who follows a session. `kind` says with what: `terminal`, `web`, `editor`, `script`, or what a client calls itself. */
export const AttachedClient = z.object({
  clientId: z.string(),
  /** `null` when the client has not said who writes there. */
  writerId: z.string().nullable(),
  kind: z.string(),
});
export type AttachedClient = z.infer<typeof AttachedClient>;

/**
 * Who follows the session now, the subscriber itself among them: one entry a `clientId` however many connections it has,
 * those that came first first. It comes after `replay.complete`, and again whenever it has changed.
 */
export const Presence = z.object({
  type: z.literal("presence"),
  sessionId: z.string(),
  clients: z.array(AttachedClient),
  /** Followers that are not listed: those past the limit, and connections that gave no `clientId`. */
  more: z.number().int().nonnegative(),
});

/** The one good answer to a client message; `requestId` is that of the message [section 3]. */
export const Ack = z.looseObject({
  type: z.literal("ack"),
  action: z.string(),
  requestId: z.string().nullable(),
});

/** The one bad answer to a client message. */
export const ErrorFrame = z.object({
  type: z.literal("error"),
  action: z.string(),
  requestId: z.string().nullable(),
  error: ErrorBody,
});

/** Any control frame. */
export const ControlFrame = z.discriminatedUnion("type", [
  ReplayComplete,
  ResyncRequired,
  Heartbeat,
  Presence,
  Ack,
  ErrorFrame,
]);
export type ControlFrame = z.infer<typeof ControlFrame>;
/** A frame about the state of one subscription, the same on both transports. */
export type SubscriptionFrame = z.infer<
  typeof ReplayComplete | typeof ResyncRequired | typeof Heartbeat | typeof Presence
>;
