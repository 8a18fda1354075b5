/** What the tests of LMX over WebSocket share: a model on a fake server, and what to wait for there. */
import { LMX_TIMES, type LmxTimes } from "../lmx_limits.ts";
import { LmxWs } from "../lmx_ws.ts";
import type { ModelPart } from "../model.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "../timeouts.ts";

export function lmx(
  server: { host: string; port: number },
  timeouts: Partial<ModelTimeouts> = {},
  apiKey: string | null = null,
  times: Partial<LmxTimes> = {},
): LmxWs {
  const { host, port } = server;
  const allTimeouts = { ...DEFAULT_TIMEOUTS, ...timeouts };
  return new LmxWs({ host, port, apiKey, timeouts: allTimeouts, times: { ...LMX_TIMES, ...times } });
}

/** The last request that the server has seen. */
export function latest<R>(stats: { requests: R[] }): R | undefined {
  return stats.requests.at(-1);
}

/** Whether so many requests are held. */
export function holds(count: number) {
  return (stats: { requests: { held: boolean }[] }) => stats.requests.filter(({ held }) => held).length === count;
}

export function isIdle(stats: { active: number }): boolean {
  return stats.active === 0;
}

export function text(text: string): ModelPart {
  return { type: "text", text };
}

export const stop: ModelPart = { type: "finish", reason: "stop" };
