/** What `opta doctor` prints, and how it ends. Pure. */
import { countOf } from "@opta/view/count_of";
import type { Colors } from "../output/colors.ts";
import { ExitCode } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { wrapWords } from "../output/wrap_words.ts";
import { formatWrapped } from "../output/wrap_table.ts";
import type { AppliedFix } from "./apply_fixes.ts";
import type { CheckResult, CheckStatus } from "./check.ts";
import { MODEL_SERVER } from "./check_model_server.ts";

/** Width of the longest status and the space behind it. */
const STATUS_WIDTH = 9;

/** 0 unless a check failed; 3 when it was the model server and nothing else. */
export function exitCodeOf(results: readonly CheckResult[]): ExitCode {
  const failed = results.filter(({ status }) => status === "failed");
  if (failed.length === 0) return ExitCode.done;
  return failed.every(({ name }) => name === MODEL_SERVER) ? ExitCode.noModelServer : ExitCode.failed;
}

/** @param fixes `null` unless `--fix` was given: then `results` are from after it */
export function doctorDocument(results: readonly CheckResult[], fixes: readonly AppliedFix[] | null) {
  return {
    ok: results.every(({ status }) => status !== "failed"),
    checks: results.map(({ name, status, detail, fix }) => ({
      name,
      status,
      detail,
      ...(fix && { fix: { what: fix.what } }),
    })),
    ...(fixes && { fixes }),
  };
}

/** @param columns of the terminal, if it is one */
export function formatResults(results: readonly CheckResult[], colors: Colors, columns = Infinity): string {
  const rows = results.map(({ name, status, detail }) =>
    [`${status.padEnd(STATUS_WIDTH)}${name}`, sanitizeLine(detail)] as const
  );
  const paints = { ok: colors.green, warning: colors.yellow, failed: colors.red, skipped: colors.dim };
  const table = formatWrapped(rows, columns)
    .replaceAll(/^(?:ok|warning|failed|skipped)(?= )/gm, (status) => paints[status as CheckStatus](status));
  return `${table}\n${wrapWords(summarise(results), columns)}\n`;
}

export function formatFixes(fixes: readonly AppliedFix[]): string {
  if (fixes.length === 0) return "Nothing to repair.\n\n";
  const lines = fixes.map(({ name, what, ok, error }) =>
    sanitizeLine(ok ? `Repaired ${name}: ${what}` : `Could not repair ${name} (${what}): ${error}`)
  );
  return `${lines.join("\n")}\n\n`;
}

function summarise(results: readonly CheckResult[]): string {
  const count = (wanted: CheckStatus) => results.filter(({ status }) => status === wanted).length;
  const parts = [
    `${countOf(results.length, "check")}: ${count("ok")} ok`,
    ...(count("warning") > 0 ? [countOf(count("warning"), "warning")] : []),
    ...(count("failed") > 0 ? [`${count("failed")} failed`] : []),
    ...(count("skipped") > 0 ? [`${count("skipped")} skipped`] : []),
  ];
  const repairs = results.flatMap(({ fix }) => fix ? [sanitizeLine(fix.what)] : []);
  const hint = repairs.length === 0 ? "" : `\n"opta doctor --fix" would ${repairs.join("; ")}.`;
  return `${parts.join(", ")}.${hint}`;
}
