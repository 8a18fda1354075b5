/** What turns have used: by day as a chart, and by day, model or session as a table. Loaded when it is wanted. */
import type { DayUsage, ModelUsage, SessionUsage, UsageReport } from "@opta/protocol";
import { useEffect, useState } from "preact/hooks";
import { countOf } from "@opta/view/count_of";
import { formatCount } from "../parts/format.ts";
import type { App } from "../state/app.ts";
import { type DayTokens, fillDays, SOURCES, tokensOf } from "./chart_scale.ts";
import { sourceNames, UsageChart } from "./usage_chart.tsx";

const groups = { day: "By day", model: "By model", session: "By session" } as const;
type Group = keyof typeof groups;
type Row = UsageReport["rows"][number];

const DAYS = 30;

interface Reports {
  days: UsageReport;
  rows: UsageReport;
}

export function UsageView({ app }: { app: App }) {
  const [by, setBy] = useState<Group>("model");
  const [reports, setReports] = useState<Reports | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const since = dayOf(Date.now() - (DAYS - 1) * 86_400_000);
    const ask = (by: Group) => app.api.call("usage", { query: { by, since, limit: 100 }, signal });
    setProblem(null);
    Promise.all([ask("day"), ask(by)]).then(
      ([days, rows]) => setReports({ days, rows }),
      (error: unknown) => signal.aborted || setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => leaving.abort();
  }, [by, tries]);
  return (
    <div class="usage" tabIndex={-1} id="transcript">
      <div class="usage-body">
        <h2>Usage of the last {DAYS} days</h2>
        {problem !== null && (
          <p class="problem" role="alert">
            {problem} <button type="button" class="small" onClick={() => setTries(tries + 1)}>Try again</button>
          </p>
        )}
        {reports === null ? problem === null && <p class="hint">Adding up …</p> : (
          <>
            <Totals report={reports.days} />
            <UsageChart days={fillDays(reports.days.rows.flatMap(dayTokens), dayOf(Date.now()), DAYS)} />
            <div class="tabs" role="group" aria-label="Rows of the table">
              {Object.entries(groups).map(([name, label]) => (
                <button
                  key={name}
                  type="button"
                  class="small"
                  aria-pressed={name === by}
                  onClick={() => setBy(name as Group)}
                >
                  {label}
                </button>
              ))}
            </div>
            <UsageTable report={reports.rows} />
            {!reports.rows.complete && <p class="hint">Turns of an earlier version are still being counted.</p>}
            <p class="hint">Days are those of {reports.days.timeZone}.</p>
          </>
        )}
      </div>
    </div>
  );
}

function Totals({ report: { totals } }: { report: UsageReport }) {
  return (
    <dl class="totals">
      {SOURCES.map((source) => {
        const { turns, promptTokens, completionTokens } = totals[source];
        return turns === 0 && source !== "reported" ? null : (
          <div key={source}>
            <dt>{sourceNames[source]}</dt>
            <dd>
              <strong>{formatCount(completionTokens)}</strong> out, {formatCount(promptTokens)} in,{" "}
              {countOf(turns, "turn")}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function UsageTable({ report: { by, rows, more } }: { report: UsageReport }) {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Usage">
      <table>
        <thead>
          <tr>
            <th scope="col">{by}</th>
            {SOURCES.map((source) => <th key={source} scope="col" class="align-right">{source}</th>)}
            <th scope="col" class="align-right">turns</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              <th scope="row">{nameOf(row)}</th>
              {SOURCES.map((source) => (
                <td key={source} class="align-right">
                  {tokensOf(row)[source] === 0 ? "" : formatCount(tokensOf(row)[source])}
                </td>
              ))}
              <td class="align-right">{SOURCES.reduce((sum, source) => sum + row[source].turns, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="hint">No turn has ended in this time.</p>}
      {more && <p class="hint">There are more; "opta usage" lists them all.</p>}
    </div>
  );
}

function nameOf(row: Row): string {
  if ("day" in row) return (row as DayUsage).day;
  if ("sessionId" in row) {
    const { title, sessionId } = row as SessionUsage;
    return sessionId === null ? "deleted sessions" : title || "New chat";
  }
  const { model } = row as ModelUsage;
  return model ?? "no model";
}

function dayTokens(row: Row): DayTokens[] {
  return "day" in row ? [{ day: (row as DayUsage).day, tokens: tokensOf(row) }] : [];
}

/** In the time of who looks. */
function dayOf(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
