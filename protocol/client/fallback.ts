/**
 * Which transport to take next. `auto` prefers the WebSocket. Where WebSockets do not open, do not hold, or open and then
 * deliver nothing, as behind something that does not pass them on, it goes over to SSE; from there it looks at the
 * WebSocket now and then beside the stream, and goes back when one delivers. Pure: time and chance come in.
 *
 *              refused, lost or silent WS_FAILURES_BEFORE_SSE times in a row, or mute once
 *          ┌──────────────────────────────────────────────────────────────────────────────┐
 *         ws                                                                              ▼
 *          ▲                     a probe delivered everything                            sse ──┐ vain probe:
 *          ├──────────────────────────────────────────────────────────────────────────────┤ ▲  │ the next one
 *          └── sse does not open, or falls silent: the WebSocket is no worse ─────────────┘ └──┘ waits twice as long
 */

/** A way in which frames come: WebSocket, or server-sent events. */
export type Transport = "ws" | "sse";
/** A transport, or `auto`: whichever works. */
export type TransportChoice = "auto" | Transport;

/** WebSockets in a row that do not open or do not hold, until SSE is taken: one may be chance, or a daemon that restarts. */
export const WS_FAILURES_BEFORE_SSE = 2;
/** Milliseconds of being live after which a loss says nothing about the transport: proxies that cut do so at once. */
export const STABLE_AFTER_MS = 5_000;
/** Milliseconds of being live after which a WebSocket has shown that it works here: longer than proxies let an idle one live. */
export const PROVEN_AFTER_MS = 2 * 60_000;
/** Milliseconds on SSE until the first probe: soon, for it may have been a restart of the daemon that led here. */
export const MIN_PROBE_WAIT_MS = 5_000;
/** Longest wait for a probe: where WebSockets never work a probe costs one refused request in five minutes. */
export const MAX_PROBE_WAIT_MS = 5 * 60_000;
/** Milliseconds in which a probe has to open and to deliver what it was asked for. */
export const PROBE_TIMEOUT_MS = 10_000;

export interface Fallback {
  readonly choice: TransportChoice;
  /** WebSockets in a row that failed to open, or opened and did not hold. */
  readonly wsFailures: number;
  /** Probes in a row that came to nothing, and WebSockets that did not hold long: each doubles the wait for the next probe. */
  readonly vainProbes: number;
  /** On SSE: when the WebSocket is looked at again, or until when it has to show that it works. */
  readonly probe: { readonly kind: "waits"; readonly atMs: number } | {
    readonly kind: "runs";
    readonly untilMs: number;
  } | null;
}

/** How a connection was lost, or the attempt at one. */
export interface Loss {
  transport: Transport;
  /** `mute`: it took the request and did not do what it was asked to. `silent`: it worked, and then nothing came. */
  how: "refused" | "mute" | "silent" | "broken";
  /** Milliseconds for which it was live; 0 when it never was. */
  livedMs: number;
}

export function beginWith(choice: TransportChoice): Fallback {
  return { choice, wsFailures: 0, vainProbes: 0, probe: null };
}

export function nextTransport({ choice, wsFailures }: Fallback): Transport {
  if (choice !== "auto") return choice;
  return wsFailures < WS_FAILURES_BEFORE_SSE ? "ws" : "sse";
}

export function afterLosing(fallback: Fallback, { transport, how, livedMs }: Loss): Fallback {
  const { wsFailures, probe } = fallback;
  const without: Fallback = { ...fallback, probe: null };
  if (transport === "sse") {
    if (how === "refused") return { ...without, wsFailures: 0 }; // it is no better: the daemon is away
    // A stream that is cut again and again must not put the next look off for ever.
    if (how === "broken") return probe?.kind === "waits" ? fallback : without;
    return { ...without, wsFailures: WS_FAILURES_BEFORE_SSE - 1 };
  }
  if (how === "refused") return { ...without, wsFailures: wsFailures + 1 };
  if (how === "mute") return { ...inVain(without), wsFailures: WS_FAILURES_BEFORE_SSE }; // seconds were lost already
  if (how === "silent") return { ...inVain(without), wsFailures: wsFailures + 1 };
  const counted: Fallback = livedMs >= PROVEN_AFTER_MS ? { ...without, vainProbes: 0 } : inVain(without);
  return { ...counted, wsFailures: livedMs >= STABLE_AFTER_MS ? 0 : wsFailures + 1 };
}

/** A connection has become live. */
export function afterArriving(fallback: Fallback, transport: Transport, nowMs: number, random: () => number): Fallback {
  if (fallback.choice !== "auto" || transport !== "sse" || fallback.probe) return fallback;
  return planProbe(fallback, nowMs, random);
}

/** Looks at the WebSocket, or gives that up, if it is time to. */
export function afterTimer(fallback: Fallback, nowMs: number, random: () => number): Fallback {
  const { probe } = fallback;
  if (probe?.kind === "waits" && nowMs >= probe.atMs) {
    return { ...fallback, probe: { kind: "runs", untilMs: nowMs + PROBE_TIMEOUT_MS } };
  }
  if (probe?.kind === "runs" && nowMs >= probe.untilMs) return afterVainProbe(fallback, nowMs, random);
  return fallback;
}

export function afterVainProbe(fallback: Fallback, nowMs: number, random: () => number): Fallback {
  return planProbe(inVain(fallback), nowMs, random);
}

/** The WebSocket has taken the place of SSE. */
export function afterChangeover(fallback: Fallback): Fallback {
  return { ...fallback, wsFailures: 0, probe: null };
}

export function isProbing({ probe }: Fallback): boolean {
  return probe?.kind === "runs";
}

/** Milliseconds until `afterTimer` has something to do; at most the longest wait, also when the clock was set back. */
export function probeTimerMs({ probe }: Fallback, nowMs: number): number {
  if (!probe) return Infinity;
  const atMs = probe.kind === "waits" ? probe.atMs : probe.untilMs;
  return Math.max(0, Math.min(MAX_PROBE_WAIT_MS, atMs - nowMs));
}

function inVain(fallback: Fallback): Fallback {
  return { ...fallback, vainProbes: fallback.vainProbes + 1 };
}

/** Between half and all of the wait by chance, so that many clients do not look at one moment. */
function planProbe(fallback: Fallback, nowMs: number, random: () => number): Fallback {
  const waitMs = Math.min(MAX_PROBE_WAIT_MS, MIN_PROBE_WAIT_MS * 2 ** fallback.vainProbes) * (1 + random()) / 2;
  return { ...fallback, probe: { kind: "waits", atMs: nowMs + waitMs } };
}
