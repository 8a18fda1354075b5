/**
 * When to connect and when to give up a connection: the state machine of one subscription. Pure: time and chance come
 * in. Whoever drives it (`connection.ts`) opens a stream on entering `connecting`, closes it on entering `waiting` or
 * `closed`, probes the WebSocket while `isProbing`, and feeds `timer` once `timerMs` have passed.
 *
 *                  opened                 replayed, or a heartbeat that
 *     connecting ──────────► replaying ── we are not behind ───► live ──┐ probed and good:
 *      ▲      │                  │                                │  ▲  │ live over the WebSocket
 *      │      │ ended,           │ ended, gap,                    │  └──┘
 *      │      │ timer            │ timer (nothing, or silence),   │ ended, gap,
 *      │      │ (no answer)      │ heartbeats and nothing else    │ timer (silence),
 *      │      ▼                  ▼                                │ a heartbeat that we are behind
 *      └─── waiting ◄────────────┴────────────────────────────────┘
 *     timer
 *     (backoff)         anywhere: ended for good, or close ──► closed
 *
 * Which transport comes next, and when to look at the other one beside a live stream, is `fallback.ts`.
 *
 * Source: protocol v3, rule R4.
 */
import type { ErrorBody } from "../error.ts";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import * as fallback from "./fallback.ts";
import { type Fallback, type Loss, STABLE_AFTER_MS, type Transport, type TransportChoice } from "./fallback.ts";

/** Milliseconds for finding the daemon (or starting one) and opening a connection. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Shortest and longest backoff in milliseconds: a hiccup is not felt; a daemon that is down is not asked often. */
export const MIN_BACKOFF_MS = 100;
export const MAX_BACKOFF_MS = 10_000;
/** Milliseconds from the opening of a WebSocket to its first frame, which answers the subscription. */
export const FIRST_FRAME_TIMEOUT_MS = 10_000;

/** A new object exactly when its kind or its transport has changed. Moments are milliseconds of the clock, that is, since 1970. */
export type ConnectionState =
  | { kind: "connecting"; transport: Transport }
  /** Open; the past is coming. */
  | { kind: "replaying"; transport: Transport }
  /** All of the past has come [R1]. */
  | { kind: "live"; transport: Transport; sinceMs: number }
  /** Not connected, but it will be tried again. */
  | { kind: "waiting"; retryAtMs: number; reason: ErrorBody }
  | { kind: "closed"; reason: ErrorBody };

export interface Reconnect {
  readonly connection: ConnectionState;
  readonly fallback: Fallback;
  /** Connections lost in a row, none of which was stable. */
  readonly failures: number;
  readonly lastFrameAtMs: number;
  /** A frame has come over this connection. */
  readonly isHeard: boolean;
  /** A heartbeat came while replaying, and nothing after it. */
  readonly isStalled: boolean;
}

export type Input =
  | { type: "opened" }
  /** A frame came that says nothing of the connection itself. */
  | { type: "frame" }
  /** The daemon has sent all of the past. */
  | { type: "replayed" }
  | { type: "heartbeat"; isBehind: boolean }
  /** Events are missing. */
  | { type: "gap" }
  /** The connection has ended, or could not be opened. */
  | { type: "ended"; reason: ErrorBody }
  | { type: "timer" }
  /** The WebSocket was looked at: good if it has delivered everything and takes over now. */
  | { type: "probed"; isGood: boolean }
  | { type: "close"; reason: ErrorBody };

/** The first state: connecting. */
export function begin(choice: TransportChoice, nowMs: number): Reconnect {
  const first = fallback.beginWith(choice);
  const connection: ConnectionState = { kind: "connecting", transport: fallback.nextTransport(first) };
  return { connection, fallback: first, failures: 0, lastFrameAtMs: nowMs, isHeard: false, isStalled: false };
}

/** @param random gives numbers in [0, 1) */
export function step(state: Reconnect, input: Input, nowMs: number, random: () => number): Reconnect {
  if (state.connection.kind === "closed") return state;
  switch (input.type) {
    case "frame":
      return isOpen(state.connection) ? { ...state, lastFrameAtMs: nowMs, isHeard: true, isStalled: false } : state;
    case "opened":
      return open(state, nowMs);
    case "replayed":
      return arrive(state, nowMs, random);
    case "heartbeat":
      return hearHeartbeat(state, input.isBehind, nowMs, random);
    case "gap":
      return isOpen(state.connection) ? retry(state, reasons.gap, "broken", nowMs, random) : state;
    case "ended":
      if (state.connection.kind === "waiting") return state;
      if (isFinal(input.reason)) return { ...state, connection: { kind: "closed", reason: input.reason } };
      return retry(state, input.reason, isOpen(state.connection) ? "broken" : "refused", nowMs, random);
    case "timer":
      return timeIsUp(state, nowMs, random);
    case "probed":
      return endProbe(state, input.isGood, nowMs, random);
    case "close":
      return { ...state, connection: { kind: "closed", reason: input.reason } };
    default:
      return input satisfies never;
  }
}

/** Milliseconds after which the machine wants a `timer`; `null` for never. */
export function timerMs(state: Reconnect, nowMs: number): number | null {
  const { connection } = state;
  switch (connection.kind) {
    case "connecting":
      return CONNECT_TIMEOUT_MS;
    case "replaying":
    case "live": {
      const limitMs = silenceLimitMs(state);
      const silenceMs = Math.min(limitMs, state.lastFrameAtMs + limitMs - nowMs); // no more than it when the clock was set back
      const probeMs = connection.kind === "live" ? fallback.probeTimerMs(state.fallback, nowMs) : Infinity;
      return Math.max(0, Math.min(silenceMs, probeMs));
    }
    case "waiting":
      return Math.max(0, connection.retryAtMs - nowMs);
    case "closed":
      return null;
    default:
      return connection satisfies never;
  }
}

/** Exponential, and between half and all of it by chance, so that many clients do not come back at one moment. */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** failures);
  return full * (1 + random()) / 2;
}

/** Acts can be sent, and frames come in. */
export function isOpen({ kind }: ConnectionState): boolean {
  return kind === "replaying" || kind === "live";
}

/** The WebSocket is to be looked at, beside the stream that is live. */
export function isProbing(state: Reconnect): boolean {
  return state.connection.kind === "live" && fallback.isProbing(state.fallback);
}

/** The first frame of a WebSocket is a small one, while that of an event stream may be a snapshot of any size. */
function silenceLimitMs({ connection, isHeard }: Reconnect): number {
  const isMute = connection.kind === "replaying" && connection.transport === "ws" && !isHeard;
  return isMute ? FIRST_FRAME_TIMEOUT_MS : SILENCE_LIMIT_MS;
}

function connect(state: Reconnect): Reconnect {
  return { ...state, connection: { kind: "connecting", transport: fallback.nextTransport(state.fallback) } };
}

function open(state: Reconnect, nowMs: number): Reconnect {
  if (state.connection.kind !== "connecting") return state;
  const { transport } = state.connection;
  const connection: ConnectionState = { kind: "replaying", transport };
  return { ...state, connection, lastFrameAtMs: nowMs, isHeard: false, isStalled: false };
}

function arrive(state: Reconnect, nowMs: number, random: () => number): Reconnect {
  const heard = { ...state, lastFrameAtMs: nowMs, isHeard: true };
  if (state.connection.kind !== "replaying") return heard;
  const { transport } = state.connection;
  return {
    ...heard,
    connection: { kind: "live", transport, sinceMs: nowMs },
    fallback: fallback.afterArriving(state.fallback, transport, nowMs, random),
  };
}

function hearHeartbeat(state: Reconnect, isBehind: boolean, nowMs: number, random: () => number): Reconnect {
  if (!isOpen(state.connection)) return state;
  if (!isBehind) return arrive(state, nowMs, random);
  // A replay is behind by its nature, unless it stands still.
  const mayBeBehind = state.connection.kind === "replaying" && !state.isStalled;
  if (!mayBeBehind) return retry(state, reasons.gap, "broken", nowMs, random);
  return { ...state, lastFrameAtMs: nowMs, isHeard: true, isStalled: true };
}

function timeIsUp(state: Reconnect, nowMs: number, random: () => number): Reconnect {
  const { connection } = state;
  if (connection.kind === "waiting") return connect(state);
  if (connection.kind === "connecting") return retry(state, reasons.noAnswer, "mute", nowMs, random);
  if (nowMs - state.lastFrameAtMs >= silenceLimitMs(state)) {
    return retry(state, reasons.silence, connection.kind === "live" ? "silent" : "mute", nowMs, random);
  }
  if (connection.kind !== "live") return state;
  return { ...state, fallback: fallback.afterTimer(state.fallback, nowMs, random) };
}

function endProbe(state: Reconnect, isGood: boolean, nowMs: number, random: () => number): Reconnect {
  if (!isProbing(state)) return state;
  if (!isGood) return { ...state, fallback: fallback.afterVainProbe(state.fallback, nowMs, random) };
  return {
    ...state,
    connection: { kind: "live", transport: "ws", sinceMs: nowMs },
    fallback: fallback.afterChangeover(state.fallback),
    lastFrameAtMs: nowMs,
  };
}

/** Leaves a connection, or the attempt at one, to try again after a while. */
function retry(
  state: Reconnect,
  reason: ErrorBody,
  how: Loss["how"],
  nowMs: number,
  random: () => number,
): Reconnect {
  const { connection } = state;
  const livedMs = connection.kind === "live" ? nowMs - connection.sinceMs : 0;
  const failures = livedMs >= STABLE_AFTER_MS ? 0 : state.failures; // the next failure counts as the first one
  return {
    ...state,
    connection: { kind: "waiting", retryAtMs: nowMs + backoffMs(failures, random), reason },
    failures: failures + 1,
    fallback: "transport" in connection
      ? fallback.afterLosing(state.fallback, { transport: connection.transport, how, livedMs })
      : state.fallback,
  };
}

/** Trying again is of no use: no such session, a refused origin, a request that the daemon does not understand. */
function isFinal({ code, retryable }: ErrorBody): boolean {
  return !retryable && !curable.has(code);
}

/** Another token may be found, a fresh state asked for, a mishap be over. */
const curable: ReadonlySet<string> = new Set(["unauthorized", "resync_required", "internal"]);

const reasons = {
  gap: { code: "gap", message: "Events are missing: subscribing again.", retryable: true },
  silence: { code: "silence", message: "Nothing came for too long: subscribing again.", retryable: true },
  noAnswer: { code: "no_answer", message: `No connection within ${CONNECT_TIMEOUT_MS / 1000} s.`, retryable: true },
} satisfies Record<string, ErrorBody>;
