/** A line of the daemon's log, for people and for programs. */
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { escapeJson, sanitizeLine } from "../output/sanitize.ts";

const LogLine = z.object({
  "@timestamp": z.string(),
  level: z.string(),
  message: z.string(),
  facts: z.record(z.string(), z.unknown()).default({}),
});

/** A line that is not one of ours is shown as it is. */
export function formatLogLine(line: string): string {
  const { data } = LogLine.safeParse(parseJson(line));
  if (!data) return sanitizeLine(line);
  const facts = Object.entries(data.facts).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return sanitizeLine(`${localTime(data["@timestamp"])} ${data.level.padEnd(5)} ${data.message}${facts.join("")}`);
}

/** One JSON value, as it is; a line that is not one of ours becomes a string. */
export function formatJsonLine(line: string): string {
  return escapeJson(parseJson(line) === undefined ? JSON.stringify(line) : line);
}

function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}
