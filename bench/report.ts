/** The report as Markdown, out of what was measured. Pure. */
import { type Figure, meets, type Row, type Target } from "./figure.ts";
import type { Machine } from "./machine.ts";
import { NOTES } from "./notes.ts";
import { PEER_NAMES, type PeerRow, PEERS, PEERS_DATE } from "./peers.ts";
import type { Stages } from "./stages.ts";

export interface Results {
  machine: Machine;
  quick: boolean;
  /** How long the whole run took. */
  seconds: number;
  figures: { name: string; method: string; rows: Row[] }[];
  /** `null` when they were not asked for. */
  stages: Stages | null;
}

export function rowsOf(results: Results): Row[] {
  return results.figures.flatMap(({ rows }) => rows);
}

export function renderReport(results: Results): string {
  const rows = rowsOf(results);
  return [
    "# Performance",
    "Written by `deno task bench`; do not edit. The figures are those of one run on one machine.",
    "## Machine",
    machineText(results.machine, results.seconds),
    "## Method",
    methodText(results.figures),
    "## Figures",
    resultTable(rows),
    ...missedText(rows),
    ...stagesText(results.stages),
    "## Beside others",
    peersText(rows),
  ].join("\n\n") + "\n";
}

/** Figures beside floor and target. */
export function resultTable(rows: readonly Row[]): string {
  return table(
    ["figure", "direct", "Opta", "ratio", "target", "met?"],
    rows.map((row) => [
      row.label,
      row.direct === null ? "—" : quantity(row.direct, row.unit),
      quantity(row.opta, row.unit),
      row.direct === null ? "—" : `${(row.opta / row.direct).toFixed(2)} ×`,
      row.target ? targetText(row.target, row.unit) : "—",
      { true: "yes", false: "**no**", null: "" }[`${meets(row)}`],
    ]),
  );
}

export function stageTables({ ways, steps }: Stages): string[] {
  return [
    table(
      ["200 tokens/s, model server → client", "p50", "p95", "processor time of a token"],
      ways.map(({ label, p50, p95, cpu }) => [
        label,
        quantity(p50, "ms"),
        quantity(p95, "ms"),
        cpu === null ? "—" : quantity(cpu, "ms"),
      ]),
    ),
    table(["step", "one token"], steps.map(({ label, microseconds }) => [label, quantity(microseconds, "µs")])),
  ];
}

function machineText({ date, cores, processor, memoryGiB, system, deno, v8, loadBefore }: Machine, seconds: number) {
  return [
    `- ${date}, ${Math.round(seconds / 60)} minutes`,
    `- ${cores} cores (${processor}), ${memoryGiB} GiB, ${system}`,
    `- Deno ${deno}, V8 ${v8}`,
    `- load in the minute before: ${loadBefore.toFixed(2)}`,
  ].join("\n");
}

function methodText(figures: readonly Pick<Figure, "name" | "method">[]): string {
  return [
    "Model server, daemon and client are three processes. The model server is a fake one whose tokens carry the time of " +
    "their emission by a clock that the processes share, so that one-way latencies are seen. `direct` is a client on " +
    "that server without any daemon, measured in turn with Opta (direct, Opta, direct, Opta …), so that both see the " +
    "same machine; its ratio says more than a figure alone. Each figure is the median of its rounds. The durable log is " +
    "on, the daemon has the permissions that `opta daemon start` gives it, and its client is a WebSocket that parses " +
    "the JSON of each line, unless a row says otherwise.",
    figures.map(({ name, method }) => `- **${name}**: ${method}`).join("\n"),
  ].join("\n\n");
}

/** Why targets are missed, rows of one reason together; nothing when none is. */
function missedText(rows: readonly Row[]): string[] {
  const missed = Map.groupBy(
    rows.filter((row) => meets(row) === false),
    ({ key }) => NOTES[key] ?? "not looked into yet",
  );
  if (missed.size === 0) return [];
  const lines = [...missed].map(([note, rows]) => `- **${rows.map(({ label }) => label).join("**, **")}**: ${note}.`);
  return ["## Missed targets", lines.join("\n")];
}

function stagesText(stages: Stages | null): string[] {
  if (!stages) return [];
  const text =
    "What one more process on the way costs, and what the steps of a token cost when they are run one after " +
    "another in a warm process. At reading speed the same code runs from cold caches and takes a multiple of that.";
  return ["## Where the time goes", text, ...stageTables(stages)];
}

function peersText(rows: readonly Row[]): string {
  const date =
    `The other columns were measured on ${PEERS_DATE} with the same method, on a quiet machine of two cores: ` +
    "what was `direct` then says how that machine compares with this one.";
  const head = ["figure", "Opta, this run", ...PEER_NAMES];
  return [date, table(head, PEERS.map((peer) => [peer.label, ownValue(peer, rows), ...peer.values]))].join("\n\n");
}

function ownValue({ keys }: PeerRow, rows: readonly Row[]): string {
  const values = keys.map((key) => {
    const row = rows.find((row) => row.key === key);
    return row ? number(row.opta, row.unit) + (row.unit === "%" ? " %" : "") : "—";
  });
  return values.join(" / ");
}

function targetText(target: Target, unit: Row["unit"]): string {
  switch (target.kind) {
    case "atMost": {
      if (target.value === 0) return "0";
      const ratio = target.orRatio === undefined ? "" : ` or ${target.orRatio} × direct`;
      return `≤ ${quantity(target.value, unit)}${ratio}`;
    }
    case "atLeast":
      return `≥ ${quantity(target.value, unit)}`;
    case "atMostRatio":
      return `≤ ${target.ratio} × direct`;
    default:
      return target satisfies never;
  }
}

function quantity(value: number, unit: Row["unit"]): string {
  return unit === "" || unit === "tokens/s" ? number(value, unit) : `${number(value, unit)} ${unit}`;
}

/** As many digits as the measurement is worth. */
function number(value: number, unit: Row["unit"]): string {
  const isCount = unit === "" || unit === "tokens/s" || unit === "%";
  const digits = isCount || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
