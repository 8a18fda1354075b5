/** What a soak found, as the section of docs/performance.md. Pure. */
import type { Machine } from "../bench/machine.ts";
import { isWhole, type Sample, SESSIONS, type SoakResult, TOKENS_PER_SECOND } from "./soak.ts";
import { slope } from "./slope.ts";

/** The share of the time in which code is compiled and caches fill, which is no slope. */
const WARM_UP_SHARE = 0.2;
/** Rows of the table over time. */
const MAX_ROWS = 10;

export function renderSoak(result: SoakResult, machine: Machine): string {
  return [
    "## Soak",
    introduction(result, machine),
    table(["figure", "value"], figuresOf(result)),
    table(["minutes", "memory", "heap in use", "handles", "event-loop lag p99"], some(result.samples).map(rowOf)),
    ...(result.failures.length > 0 ? [`Failed turns: ${[...new Set(result.failures)].join(" · ")}`] : []),
  ].join("\n\n");
}

function introduction({ minutes, interrupted }: SoakResult, { date, cores, processor, deno }: Machine): string {
  return `Written by \`deno task soak\` on ${date}: ${SESSIONS} sessions of ${TOKENS_PER_SECOND} tokens/s each from one ` +
    `LMX server, for ${minutes.toFixed(minutes < 10 ? 1 : 0)} minutes${
      interrupted ? ", when it was interrupted" : ""
    }; ${cores} cores ` +
    `(${processor}), Deno ${deno}. Each token carries its number, and a client of each session checks it.`;
}

function figuresOf({ counts, turns, failures, samples, handles, ...result }: SoakResult): string[][] {
  const warm = samples.filter(({ minutes }) => minutes >= result.minutes * WARM_UP_SHARE);
  const perHour = (value: (sample: Sample) => number) =>
    signed(slope(warm.map((sample) => [sample.minutes / 60, value(sample)])));
  const worstLag = Math.max(...warm.map(({ lagP99Ms }) => lagP99Ms));
  return [
    ["tokens", counts.received.toLocaleString("en-US")],
    ["lost, doubled, out of order", `${counts.lost}, ${counts.doubled}, ${counts.outOfOrder}`],
    ["every token once and in its place", isWhole(counts) ? "yes" : "**no**"],
    ["turns, failed ones among them", `${turns}, ${failures.length}`],
    ["sockets to the model server: opened, most at once", `${result.socketsOpened}, ${result.mostSocketsOpen}`],
    ["requests by transport", counted(result.requests)],
    ["requests that went another way", counted(result.fallbacks)],
    ["memory of the daemon, slope", `${perHour(({ rssMiB }) => rssMiB)} MiB/h`],
    ["heap in use, slope", `${perHour(({ heapMiB }) => heapMiB)} MiB/h`],
    ["handles, slope", `${perHour(({ handles }) => handles ?? NaN)} /h`],
    [
      "handles before the first turn, after the last (without clients)",
      `${handles.before ?? "—"}, ${handles.after ?? "—"}`,
    ],
    ["event-loop lag p99, worst minute", `${worstLag.toFixed(1)} ms`],
  ];
}

function rowOf({ minutes, rssMiB, heapMiB, handles, lagP99Ms }: Sample): string[] {
  return [
    minutes.toFixed(1),
    `${rssMiB.toFixed(0)} MiB`,
    `${heapMiB.toFixed(0)} MiB`,
    String(handles ?? "—"),
    `${lagP99Ms.toFixed(1)} ms`,
  ];
}

/** Some of them, at even distances, the last one too. */
function some(samples: readonly Sample[]): Sample[] {
  const every = Math.ceil(samples.length / MAX_ROWS);
  return samples.filter((_, i) => (samples.length - 1 - i) % every === 0);
}

function counted(counts: Record<string, number>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}

function signed(value: number): string {
  return Number.isNaN(value) ? "—" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
