/** `opta sessions list` and `search`: the sessions that fit, a page of the daemon's at a time. */
import type { SessionSummary } from "@opta/protocol";
import type { Api } from "@opta/protocol/client";
import stringWidth from "string-width";
import { fitWidth } from "../chat/fit_width.ts";
import type { Colors } from "../output/colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { formatAge } from "../output/format_age.ts";
import { formatTime } from "../output/format_time.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { periodBound } from "../usage/usage_period.ts";

export interface ListFlags {
  model?: string;
  since?: string;
  tag?: string;
  limit: string;
  /** Those that were deleted and can be restored. */
  deleted?: true;
}

/** Sessions that one call may ask for. */
const PAGE_LIMIT = 200;
const MOST = 100_000;
/** As much of a session's id as finds it again in practice. */
const SHOWN_ID_LENGTH = 13;

/** @param text words that must occur in the messages or the title */
export async function findSessions(
  api: Api,
  text: string | undefined,
  { model, since, tag, limit, deleted }: ListFlags,
  signal: AbortSignal,
): Promise<SessionSummary[]> {
  const most = readLimit(limit);
  const from = since === undefined ? undefined : startOf(periodBound("--since", since, new Date()));
  const found: SessionSummary[] = [];
  let cursor: string | undefined;
  do {
    const size = Math.min(PAGE_LIMIT, most - found.length);
    const query = { text, model, tag, since: from, cursor, limit: size, ...(deleted && { deleted: "1" as const }) };
    const page = await api.call("listSessions", { query, signal });
    found.push(...page.sessions);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < most);
  return found;
}

export function formatSessionTable(
  sessions: readonly SessionSummary[],
  { columns, colors, nowMs }: { columns: number; colors: Colors; nowMs: number },
): string {
  const rows = sessions.map((session) => {
    const { sessionId, title, tags, activeTurnId, queuedTurns, restorableUntil } = session;
    const latest = session.deletedAt ?? session.updatedAt;
    const marks = [
      ...(restorableUntil === undefined ? [] : [`until ${formatTime(restorableUntil)}`]),
      ...(activeTurnId !== null || queuedTurns > 0 ? ["running"] : []),
      ...tags.map((tag) => `#${sanitizeLine(tag)}`),
    ];
    const name = sanitizeLine(title) || "(empty)";
    return [sessionId.slice(0, SHOWN_ID_LENGTH), formatAge(nowMs - Date.parse(latest)), [name, ...marks].join("  ")];
  });
  const width = Math.max(0, ...rows.map(([, age = ""]) => stringWidth(age)));
  return rows.map(([id = "", age = "", title = ""]) =>
    fitWidth(`${colors.cyan(id)}  ${age.padEnd(width)}  ${title}`, columns + colors.cyan("x").length - 1) + "\n"
  ).join("");
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw new CliError(`--limit ${JSON.stringify(text)}: must be a whole number from 1 to ${MOST}`, ExitCode.usage);
}

/** A day begins where the user is. */
function startOf(bound: string): string {
  return bound.length > 10 ? bound : new Date(`${bound}T00:00:00`).toISOString();
}
