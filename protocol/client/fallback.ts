/**
 * Which transport to take next. `auto` prefers the WebSocket; where none has ever opened, as behind something that does
 * not pass WebSockets on, it falls back to SSE, and from there looks again now and then. Pure.
 */

export type Transport = "ws" | "sse";
export type TransportChoice = "auto" | Transport;

/** WebSockets that fail to open in a row until SSE is tried. */
export const WS_ATTEMPTS_BEFORE_SSE = 2;
/** Milliseconds on SSE after which a reconnect tries the WebSocket again, once. */
export const WS_RETRY_AFTER_MS = 60_000;

export interface Fallback {
  readonly choice: TransportChoice;
  /** A WebSocket has opened before: when one fails now, it is the daemon that is away. */
  readonly wsWorks: boolean;
  /** WebSockets that failed to open, in a row. */
  readonly wsFailures: number;
  /** When SSE took the place of the WebSocket. */
  readonly onSseSinceMs: number | null;
}

export function beginWith(choice: TransportChoice): Fallback {
  return { choice, wsWorks: false, wsFailures: 0, onSseSinceMs: null };
}

export function nextTransport({ choice, wsWorks, wsFailures }: Fallback): Transport {
  if (choice !== "auto") return choice;
  return wsWorks || wsFailures < WS_ATTEMPTS_BEFORE_SSE ? "ws" : "sse";
}

export function afterOpening(fallback: Fallback, transport: Transport, nowMs: number): Fallback {
  return transport === "ws"
    ? { ...fallback, wsWorks: true, wsFailures: 0, onSseSinceMs: null }
    : { ...fallback, onSseSinceMs: fallback.onSseSinceMs ?? nowMs };
}

export function afterFailingToOpen(fallback: Fallback, transport: Transport): Fallback {
  return transport === "ws"
    ? { ...fallback, wsFailures: fallback.wsFailures + 1 }
    : { ...fallback, wsFailures: 0, onSseSinceMs: null }; // SSE is no better: the daemon is away
}

export function afterLosing(fallback: Fallback, nowMs: number): Fallback {
  const { onSseSinceMs } = fallback;
  if (onSseSinceMs === null || nowMs - onSseSinceMs < WS_RETRY_AFTER_MS) return fallback;
  return { ...fallback, wsFailures: WS_ATTEMPTS_BEFORE_SSE - 1, onSseSinceMs: null };
}
