/** What keeps the daemon from serving as it should, in words. Pure. */
import type { DaemonHealth } from "@opta/protocol";
import type { Lag } from "./lag.ts";

/** Lateness of one tick in a hundred from which typing and streaming are felt to stutter. */
const MAX_LAG_P99_MS = 250;

export interface HealthSigns {
  stopping: boolean;
  /** Why the latest append failed. */
  storeFailure: string | null;
  lag: Lag;
  connections: { open: number; max: number };
}

export function healthOf({ stopping, storeFailure, lag, connections }: HealthSigns): DaemonHealth {
  const reasons = [
    ...(stopping ? ["It is stopping: no new turns or clients."] : []),
    ...(storeFailure === null ? [] : [`Nothing can be stored: ${storeFailure}`]),
    ...(lag.p99 > MAX_LAG_P99_MS ? [`It answers late: ${Math.round(lag.p99)} ms at the 99th percentile.`] : []),
    ...(connections.open >= connections.max ? [`All ${connections.max} connections are taken.`] : []),
  ];
  return { status: reasons.length === 0 ? "ok" : "degraded", reasons };
}
