/** `opta usage`: what the turns of all sessions used. */
import { type Command, Option } from "@commander-js/extra-typings";
import type { UsageReport } from "@opta/protocol";
import { Api, ApiError } from "@opta/protocol/client";
import { findSession } from "../chat/find_session.ts";
import { colorsFor } from "../output/colors.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { formatUsage } from "../usage/format_usage.ts";
import { periodBound } from "../usage/usage_period.ts";

/** What a table is made for when it is not printed to a terminal. */
const USUAL_WIDTH = 80;

export function defineUsage(command: Command): void {
  command
    .addOption(new Option("--by <what>", "what has a row").choices(["day", "model", "session"]).default("day" as const))
    .option("--since <time>", "from this day or time on; 7d are the last seven days, 12h the last twelve hours")
    .option("--until <time>", "up to this day, or until this time")
    .option("--session <id>", "of this session only; the beginning of its id is enough")
    .option("-m, --model <name>", "of this model only")
    .option("--limit <n>", "most rows, from 1 to 1000", "50")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
What the model server counted, what was estimated, and turns that broke off
stand on lines of their own; they are never added up. A turn counts when it
ends, in the time zone of the daemon.`,
    )
    .addHelpText(
      "after",
      examples(
        "opta usage --since 7d",
        "opta usage --by model --since 2026-11-01 --until 2026-11-30",
        "opta usage --by session --json | jq '.rows[0].reported'",
      ),
    )
    .action(async (flags) => {
      Deno.exitCode = await printUsage(flags);
    });
}

interface UsageFlags {
  by: UsageReport["by"];
  since?: string;
  until?: string;
  session?: string;
  model?: string;
  limit: string;
  json?: true;
}

async function printUsage(flags: UsageFlags): Promise<ExitCode> {
  const now = new Date();
  const since = flags.since === undefined ? undefined : periodBound("--since", flags.since, now);
  const until = flags.until === undefined ? undefined : periodBound("--until", flags.until, now);
  const limit = limitOf(flags.limit);
  const env = Deno.env.toObject();
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    const api = new Api(await ensureDaemon({ env, signal }));
    const sessionId = flags.session === undefined ? undefined : await findSession(api, flags.session, signal);
    const { by, model, json } = flags;
    const report = await api.call("usage", { query: { by, since, until, sessionId, model, limit }, signal });
    if (json) writeJson(report);
    else if (report.rows.length > 0) writeOut(formatUsage(report, screen(env)));
    else note(emptyText(flags));
    if (!report.complete) note("Turns of an earlier version are still being counted. Ask again in a moment");
    return ExitCode.done;
  } catch (error) {
    if (signal.aborted) return ExitCode.cancelled;
    throw error instanceof ApiError ? explained(error) : error;
  }
}

function explained(error: ApiError): Error {
  if (error.code === "invalid_request") return new CliError(error.message, ExitCode.usage, { cause: error });
  if (error.status !== 404) return error;
  const message = 'The running daemon is of a version that keeps no usage. Start this one with "opta daemon restart"';
  return new CliError(message, ExitCode.failed, { cause: error });
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= 1_000) return limit;
  throw new CliError("--limit must be a whole number from 1 to 1000, as in --limit 10", ExitCode.usage);
}

function screen(env: Record<string, string>) {
  const isTerminal = Deno.stdout.isTerminal();
  return { width: isTerminal ? Deno.consoleSize().columns : USUAL_WIDTH, colors: colorsFor(isTerminal, env) };
}

function emptyText({ since, until, session, model }: UsageFlags): string {
  const isFiltered = [since, until, session, model].some((flag) => flag !== undefined);
  return isFiltered
    ? 'No turn fits that. See all with "opta usage"'
    : 'No turn has been run yet. Run one with: opta do "say hello"';
}
