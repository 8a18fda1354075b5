/** `opta daemon logs`: prints the log for people, or as JSON for scripts. */
import { stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { formatJsonLine, formatLogLine } from "../daemon_control/format_log.ts";
import { lineFilter, parseLevel, parseSessionStart } from "../daemon_control/log_filter.ts";
import { readLog } from "../daemon_control/logs.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { lstatOrNull } from "../paths.ts";
import { parseJson } from "../json/parse_json.ts";

export interface LogFlags {
  follow?: boolean;
  /** As it was typed. */
  lines: string;
  /** The least that is shown. */
  level?: string;
  /** The beginning of a session's id. */
  session?: string;
  json?: boolean;
}

export async function printLogs(
  stateDir: string,
  { follow = false, lines, json = false, ...flags }: LogFlags,
): Promise<ExitCode> {
  if (!/^\d{1,7}$/.test(lines)) throw new CliError(`--lines ${lines}: must be a whole number`, ExitCode.usage);
  const isWanted = lineFilter({
    ...(flags.level !== undefined && { level: parseLevel(flags.level) }),
    ...(flags.session !== undefined && { session: parseSessionStart(flags.session) }),
  });
  const path = join(stateDir, stateFiles.log);
  if (!await lstatOrNull(path)) note(`There is no log yet at ${path}`);

  using interrupt = new Interrupt();
  const log = readLog(path, { lines: Number(lines), isWanted, follow, signal: interrupt.signal });
  const format = json ? formatJsonLine : formatLogLine;
  if (json && !follow) {
    writeJson((await Array.fromAsync(log)).map((line) => parseJson(line) ?? line));
  } else {
    for await (const line of log) writeOut(`${format(line)}\n`);
  }
  return interrupt.signal.aborted ? ExitCode.cancelled : ExitCode.done;
}
