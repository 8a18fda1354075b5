/** Which lines of the daemon's log somebody wants to see. */
import { z } from "zod";
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";
import { parseJson } from "../json/parse_json.ts";

/** From the least to the gravest, by the names of the log library; the log writes them in capitals. */
export const LOG_LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the log writes in its place. */
const SHORT_NAMES: Readonly<Record<string, LogLevel>> = { warn: "warning" };

/** Every id that the daemon makes begins with this; nobody needs to type it. */
const ID_PREFIX = "sess_";

export type LineFilter = (line: string) => boolean;

const LogRecord = z.object({
  level: z.string(),
  facts: z.object({ sessionId: z.string().optional() }).default({}),
});

/** @throws {CliError} for a level that there is not */
export function parseLevel(text: string): LogLevel {
  const name = text.toLowerCase();
  const level = LOG_LEVELS.find((each) => each === name) ?? SHORT_NAMES[name];
  if (level) return level;
  const near = nearest(text, [...LOG_LEVELS]);
  const hint = near ? `did you mean ${near}?` : `must be one of ${LOG_LEVELS.join(", ")}`;
  throw new CliError(`--level ${JSON.stringify(text)}: ${hint}`, ExitCode.usage);
}

/** @throws {CliError} for what no id begins with */
export function parseSessionStart(text: string): string {
  if (/^[A-Za-z0-9_.:-]{1,200}$/.test(text)) return text;
  throw new CliError(
    `--session ${JSON.stringify(text)}: must be the beginning of a session's id. See "opta sessions list"`,
    ExitCode.usage,
  );
}

/** A line that is no record of the log has no level and no session: it passes only where neither is asked for. */
export function lineFilter({ level, session }: { level?: LogLevel; session?: string }): LineFilter {
  if (level === undefined && session === undefined) return () => true;
  const least = level === undefined ? 0 : LOG_LEVELS.indexOf(level);
  return (line) => {
    const { data } = LogRecord.safeParse(parseJson(line));
    return data !== undefined && rankOf(data.level) >= least &&
      (session === undefined || isOf(data.facts.sessionId, session));
  };
}

/** A level that this release does not know is taken for the gravest, so that nothing is hidden. */
function rankOf(text: string): number {
  const name = text.toLowerCase();
  const rank = LOG_LEVELS.indexOf(SHORT_NAMES[name] ?? name as LogLevel);
  return rank < 0 ? LOG_LEVELS.length : rank;
}

function isOf(sessionId: string | undefined, start: string): boolean {
  return sessionId !== undefined && (sessionId.startsWith(start) || sessionId.startsWith(ID_PREFIX + start));
}
