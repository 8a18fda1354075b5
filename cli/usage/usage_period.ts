/** What `--since` and `--until` take, in the form in which the daemon is asked. */
import { CliError, ExitCode } from "../exit.ts";

const DAYS_OF = { d: 1, w: 7 } as const;
/** About a century: a larger number is a slip, and dates must stay dates. */
const MOST_DAYS = 36_500;
const HOUR_MS = 3_600_000;

/**
 * A date or a time is passed on. `7d` are the last seven days, today among them; `2w` is 14 of them; `12h` the last
 * twelve hours.
 *
 * @throws {CliError} for anything else
 */
export function periodBound(flag: "--since" | "--until", text: string, now: Date): string {
  const [, digits, unit] = /^(\d{1,6})([dwh])$/.exec(text) ?? [];
  if (digits !== undefined && unit !== undefined) {
    const count = Number(digits);
    const days = unit === "h" ? count / 24 : count * DAYS_OF[unit as "d" | "w"];
    if (count === 0 || days > MOST_DAYS) throw wrongBound(flag, text);
    return unit === "h" ? new Date(now.getTime() - count * HOUR_MS).toISOString() : dayBefore(now, days - 1);
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text)) return text;
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})?$/.test(text) && isDay(text.slice(0, 10))) {
    const time = new Date(text); // without a zone it is local
    if (!Number.isNaN(time.getTime())) return time.toISOString();
  }
  throw wrongBound(flag, text);
}

function dayBefore(now: Date, days: number): string {
  return formatDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
}

function formatDay(time: Date): string {
  const parts = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return parts.map((part, i) => String(part).padStart(i === 0 ? 4 : 2, "0")).join("-");
}

/** 30 February would otherwise become a day in March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function wrongBound(flag: string, text: string): CliError {
  const example = `${flag} 7d, ${flag} 2026-11-01 or ${flag} 2026-11-01T08:00`;
  return new CliError(`${flag} ${JSON.stringify(text)} is no time; write it as ${example}`, ExitCode.usage);
}
