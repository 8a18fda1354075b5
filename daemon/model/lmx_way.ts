/**
 * Whether requests to an LMX server go over its WebSocket, as a state machine. Pure: time and chance come in. A socket that
 * breaks is not the end of it, yet a server that keeps dropping sockets is left alone with them for longer and longer, and
 * requests go over SSE meanwhile.
 *
 *                 answered
 *       ┌──────────────────────────────┐
 *       ▼          broke               │        over
 *     ready ────────────────────► cooling ────────────► requests try it again
 *       ▲                           ▲  │                  │
 *       │                           └──┼─── broke ────────┤ for twice as long
 *       └──────────────────────────────┴─── answered ─────┘
 *
 *     anywhere: missing ──► missing, found ──► ready
 *
 * Only an answer that came to its end counts as one: a socket that opens each time and breaks each time is no way.
 */

/** Shortest and longest cooling in milliseconds: a server that was restarted is back soon; one that is broken stays so. */
export const MIN_COOLING_MS = 500;
export const MAX_COOLING_MS = 60_000;

export type LmxWay =
  | { kind: "ready" }
  /** Until `untilMs`; after that requests try the socket again. `failures` came in a row. */
  | { kind: "cooling"; failures: number; untilMs: number }
  /** The server has no such socket. */
  | { kind: "missing" };

export type WayInput =
  /** An answer came to its end over the socket. */
  | "answered"
  /** It could not be opened, or broke. */
  | "broke"
  | "missing"
  /** The server was looked for anew, and has it. */
  | "found";

export const READY: LmxWay = { kind: "ready" };

/** How a request that is made now goes: over the socket, or not because of what is said. */
export function wayNow(way: LmxWay, nowMs: number): "ws" | "cooling" | "missing" {
  if (way.kind === "cooling") return nowMs < way.untilMs ? "cooling" : "ws";
  return way.kind === "missing" ? "missing" : "ws";
}

export function nextWay(way: LmxWay, input: WayInput, nowMs: number, random: () => number): LmxWay {
  switch (input) {
    case "answered":
      return way.kind === "missing" ? way : READY; // of a request from before
    case "broke": {
      // All requests of a socket break with it, and that is one failure.
      if (way.kind !== "ready" && wayNow(way, nowMs) !== "ws") return way;
      const failures = way.kind === "cooling" ? way.failures + 1 : 1;
      return { kind: "cooling", failures, untilMs: nowMs + coolingMs(failures, random) };
    }
    case "missing":
      return { kind: "missing" };
    case "found":
      return READY;
    default:
      return input satisfies never;
  }
}

/** Between half of it and all of it by chance, so that many daemons do not come back to a server at once. */
function coolingMs(failures: number, random: () => number): number {
  const mostMs = Math.min(MAX_COOLING_MS, MIN_COOLING_MS * 2 ** Math.min(failures - 1, 30));
  return mostMs / 2 + random() * mostMs / 2;
}
