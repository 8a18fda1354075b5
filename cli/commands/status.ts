/** `opta status`: the daemon, the model server and what goes on between them, at one look. */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../program/examples.ts";
import { ExitCode } from "../exit.ts";
import { outputColumns } from "../output/output_columns.ts";
import { writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { formatOverview } from "../status/format_overview.ts";
import { type Overview, readOverview } from "../status/read_overview.ts";

export function defineStatus(command: Command): void {
  command
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
Starts nothing. Exit codes: 0 all is well, 3 the configured model server cannot
be reached, 4 no daemon.`,
    )
    .addHelpText("after", examples("opta status", "opta status --json | jq .model"))
    .action(async ({ json }) => {
      const overview = await readOverview(resolvePaths(Deno.env.toObject()).stateDir);
      if (json) writeJson(overview);
      else writeOut(formatOverview(overview, outputColumns()));
      Deno.exitCode = exitCodeOf(overview);
    });
}

function exitCodeOf({ daemon, modelServer }: Overview): ExitCode {
  if (!daemon.running || daemon.problem !== null) return ExitCode.daemonUnreachable;
  return modelServer?.configured && !modelServer.reachable ? ExitCode.noModelServer : ExitCode.done;
}
