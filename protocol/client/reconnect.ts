/**
 * When to connect and when to give up a connection: the state machine of one subscription. Pure: time and chance come
 * in. Whoever drives it (`session.ts`) opens a stream on entering `connecting`, closes it on entering `waiting` or
 * `closed`, and feeds `timer` once `timerMs` have passed since the connection changed.
 *
 *                  opened                 replayed, or a heartbeat that
 *     connecting ──────────► replaying ── we are not behind ───► live
 *      ▲      │                  │                                │
 *      │      │ ended,           │ ended, gap,                    │ ended, gap,
 *      │      │ timer            │ timer (silence),               │ timer (silence),
 *      │      │ (no answer)      │ heartbeats and nothing else    │ a heartbeat that we are behind
 *      │      ▼                  ▼                                │
 *      └─── waiting ◄────────────┴────────────────────────────────┘
 *     timer
 *     (backoff)         anywhere: ended for good, or close ──► closed
 *
 * Source: protocol v3, rule R4.
 */
import type { ErrorBody } from "../error.ts";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import * as fallback from "./fallback.ts";
import type { Fallback, Transport, TransportChoice } from "./fallback.ts";

/** Milliseconds for finding the daemon (or starting one) and opening a connection. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Shortest and longest backoff in milliseconds: a hiccup is not felt; a daemon that is down is not asked often. */
export const MIN_BACKOFF_MS = 100;
export const MAX_BACKOFF_MS = 10_000;
/** Milliseconds of being live after which the next failure counts as the first one. */
export const STABLE_AFTER_MS = 5_000;

/** A new object exactly when its kind has changed. Moments are milliseconds of the clock, that is, since 1970. */
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
  /** A heartbeat came while replaying, and nothing after it. */
  readonly isStalled: boolean;
}

export type Input =
  | { type: "opened" }
  /** An event came. */
  | { type: "event" }
  /** The daemon has sent all of the past. */
  | { type: "replayed" }
  | { type: "heartbeat"; isBehind: boolean }
  /** Events are missing. */
  | { type: "gap" }
  /** The connection has ended, or could not be opened. */
  | { type: "ended"; reason: ErrorBody }
  | { type: "timer" }
  | { type: "close"; reason: ErrorBody };

/** The first state: connecting. */
export function begin(choice: TransportChoice, nowMs: number): Reconnect {
  const first = fallback.beginWith(choice);
  const connection: ConnectionState = { kind: "connecting", transport: fallback.nextTransport(first) };
  return { connection, fallback: first, failures: 0, lastFrameAtMs: nowMs, isStalled: false };
}

/** @param random gives numbers in [0, 1) */
export function step(state: Reconnect, input: Input, nowMs: number, random: () => number): Reconnect {
  if (state.connection.kind === "closed") return state;
  switch (input.type) {
    case "event":
      return isOpen(state.connection) ? { ...state, lastFrameAtMs: nowMs, isStalled: false } : state;
    case "opened":
      return open(state, nowMs);
    case "replayed":
      return arrive(state, nowMs);
    case "heartbeat":
      return hearHeartbeat(state, input.isBehind, nowMs, random);
    case "gap":
      return isOpen(state.connection) ? retry(state, reasons.gap, nowMs, random) : state;
    case "ended":
      if (state.connection.kind === "waiting") return state;
      if (isFinal(input.reason)) return { ...state, connection: { kind: "closed", reason: input.reason } };
      return retry(state, input.reason, nowMs, random);
    case "timer":
      return timeIsUp(state, nowMs, random);
    case "close":
      return { ...state, connection: { kind: "closed", reason: input.reason } };
    default:
      return input satisfies never;
  }
}

/** Milliseconds after which the machine wants a `timer`; `null` for never. */
export function timerMs({ connection, lastFrameAtMs }: Reconnect, nowMs: number): number | null {
  switch (connection.kind) {
    case "connecting":
      return CONNECT_TIMEOUT_MS;
    case "replaying":
    case "live": // at most the limit, also when the clock was set back
      return Math.max(0, Math.min(SILENCE_LIMIT_MS, lastFrameAtMs + SILENCE_LIMIT_MS - nowMs));
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

function connect(state: Reconnect): Reconnect {
  return { ...state, connection: { kind: "connecting", transport: fallback.nextTransport(state.fallback) } };
}

function open(state: Reconnect, nowMs: number): Reconnect {
  if (state.connection.kind !== "connecting") return state;
  const { transport } = state.connection;
  return {
    ...state,
    connection: { kind: "replaying", transport },
    fallback: fallback.afterOpening(state.fallback, transport, nowMs),
    lastFrameAtMs: nowMs,
    isStalled: false,
  };
}

function arrive(state: Reconnect, nowMs: number): Reconnect {
  const heard = { ...state, lastFrameAtMs: nowMs };
  if (state.connection.kind !== "replaying") return heard;
  return { ...heard, connection: { kind: "live", transport: state.connection.transport, sinceMs: nowMs } };
}

function hearHeartbeat(state: Reconnect, isBehind: boolean, nowMs: number, random: () => number): Reconnect {
  if (!isOpen(state.connection)) return state;
  if (!isBehind) return arrive(state, nowMs);
  // A replay is behind by its nature, unless it stands still.
  const mayBeBehind = state.connection.kind === "replaying" && !state.isStalled;
  return mayBeBehind ? { ...state, lastFrameAtMs: nowMs, isStalled: true } : retry(state, reasons.gap, nowMs, random);
}

function timeIsUp(state: Reconnect, nowMs: number, random: () => number): Reconnect {
  if (state.connection.kind === "waiting") return connect(state);
  if (state.connection.kind === "connecting") return retry(state, reasons.noAnswer, nowMs, random);
  const silentMs = nowMs - state.lastFrameAtMs;
  return silentMs >= SILENCE_LIMIT_MS ? retry(state, reasons.silence, nowMs, random) : state;
}

/** Leaves a connection, or the attempt at one, to try again after a while. */
function retry(state: Reconnect, reason: ErrorBody, nowMs: number, random: () => number): Reconnect {
  const { connection } = state;
  const wasStable = connection.kind === "live" && nowMs - connection.sinceMs >= STABLE_AFTER_MS;
  const failures = wasStable ? 0 : state.failures;
  return {
    ...state,
    connection: { kind: "waiting", retryAtMs: nowMs + backoffMs(failures, random), reason },
    failures: failures + 1,
    fallback: connection.kind === "connecting"
      ? fallback.afterFailingToOpen(state.fallback, connection.transport)
      : fallback.afterLosing(state.fallback, nowMs),
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
  silence: { code: "silence", message: `Nothing came for ${SILENCE_LIMIT_MS / 1000} s.`, retryable: true },
  noAnswer: { code: "no_answer", message: `No connection within ${CONNECT_TIMEOUT_MS / 1000} s.`, retryable: true },
} satisfies Record<string, ErrorBody>;
