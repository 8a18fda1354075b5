/**
 * What is said above the status while the daemon is not there: why, what happens next, and the ways out. Pure.
 */
import type { ConnectionState } from "@opta/protocol/client";
import { fitWidth } from "../chat/fit_width.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { secondsUntil } from "./status_line.ts";
import type { Theme } from "./theme.ts";

/** Milliseconds without a connection after which the ways out are named: before that it mostly comes back by itself. */
const LOST_FOR_LONG_MS = 3_000;

export interface Outage {
  connection: ConnectionState;
  /** Since when there is no connection; `null` while there is one. */
  sinceMs: number | null;
  /** Why the daemon could not be started again; `null` when nobody has tried, or it went well. */
  failure: string | null;
}

export function connectionBanner(
  { connection, sinceMs, failure }: Outage,
  nowMs: number,
  columns: number,
  theme: Theme,
): string[] {
  const lines = (...texts: [text: string, isBad: boolean][]) =>
    texts.map(([text, isBad]) => theme.paint(isBad ? "bad" : "dim", fitWidth(text, columns)));
  if (connection.kind === "closed") {
    return lines(
      [`This session is closed here: ${sanitizeLine(connection.reason.message)}`, true],
      ["/new begins another, /sessions lists them, Ctrl-D leaves; what you have typed is kept", false],
    );
  }
  if (sinceMs === null) return [];
  const next = connection.kind === "waiting"
    ? `next try in ${secondsUntil(connection.retryAtMs, nowMs)} s`
    : connection.kind === "replaying"
    ? "reading what was missed …"
    : "connecting …";
  if (nowMs - sinceMs < LOST_FOR_LONG_MS) return lines([`Connection lost: ${next}`, true]);
  const reason = failure ?? (connection.kind === "waiting" ? connection.reason.message : null);
  return lines(
    [
      `No connection for ${secondsUntil(nowMs, sinceMs)} s, ${next}${
        reason === null ? "" : `: ${sanitizeLine(reason)}`
      }`,
      true,
    ],
    ["Enter on an empty line tries now, Ctrl-D leaves; what you have typed is kept for the next time", false],
  );
}
