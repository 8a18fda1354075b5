/** `opta doctor`: looks at everything that Opta stands on, and repairs what can be without a loss. Starts nothing. */
import type { Command } from "@commander-js/extra-typings";
import { colorsFor } from "../output/colors.ts";
import { type AppliedFix, applyFixes } from "../doctor/apply_fixes.ts";
import type { CheckResult } from "../doctor/check.ts";
import { checks } from "../doctor/checks.ts";
import { doctorDocument, exitCodeOf, formatFixes, formatResults } from "../doctor/report.ts";
import { runChecks } from "../doctor/run_checks.ts";
import { CliError } from "../exit.ts";
import { outputColumns } from "../output/output_columns.ts";
import { writeErr, writeJson, writeOut } from "../output/output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { jsonFlag } from "../program/json_flag.ts";

export function defineDoctor(command: Command): void {
  command
    .option("--fix", "repair what can be without a loss: modes, missing folders, what crashes left behind")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
Starts nothing, and without --fix changes nothing. Exit codes: 0 no check failed
(there may be warnings), 1 one has, 3 only that of the model server has. With
--fix it is the state afterwards that counts.

Examples:
  opta doctor
  opta doctor --fix
  opta doctor --json | jq -r '.checks[] | select(.status == "failed").detail'`,
    )
    .action(async ({ fix, json }) => {
      const env = Deno.env.toObject();
      const paths = findPaths(env);
      let fixes: AppliedFix[] | null = null;
      let results = typeof paths === "string" ? [homeless(paths)] : await look(paths, env);
      if (fix) fixes = await applyFixes(results);
      if (fixes && fixes.length > 0 && typeof paths !== "string") results = await look(paths, env);
      if (json) writeJson(doctorDocument(results, fixes));
      else {
        const colors = colorsFor(Deno.stdout.isTerminal(), env);
        writeOut((fixes ? formatFixes(fixes) : "") + formatResults(results, colors, outputColumns()));
      }
      Deno.exitCode = exitCodeOf(results);
    });
}

async function look(paths: Paths, env: Env): Promise<CheckResult[]> {
  const isShown = Deno.stderr.isTerminal() && env.TERM !== "dumb" && !env.CI;
  try {
    return await runChecks(checks, {
      paths,
      env,
      onProgress: (done, of) => void (isShown && writeErr(`\rLooking: ${done} of ${of} …\x1b[K`)),
    });
  } finally {
    if (isShown) writeErr("\r\x1b[K");
  }
}

/** @returns why there are none, as a text */
function findPaths(env: Env): Paths | string {
  try {
    return resolvePaths(env);
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

function homeless(detail: string): CheckResult {
  return { name: "home folder", status: "failed", detail };
}
