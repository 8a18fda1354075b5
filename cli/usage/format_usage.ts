/**
 * Usage as a table for people. Each number is of one trust: a day, model or session takes one line for each that it has,
 * and nothing is added up across them.
 */
import type { UsageBySource, UsageCount, UsageReport } from "@opta/protocol";
import stringWidth from "string-width";
import type { Colors } from "../output/colors.ts";
import { sanitizeLine } from "../output/sanitize.ts";

type Row = UsageReport["rows"][number];
type Source = keyof UsageBySource;

const SOURCES: readonly Source[] = ["reported", "estimated", "partial"];
const HEADS = ["Source", "Turns", "Prompt", "Answer", "Total"] as const;
const GAP = "  ";
/** A name is not cut shorter than this, however narrow the terminal is. */
const MIN_NAME_WIDTH = 12;
/** As much of a session's id as finds it again in practice. */
const SHOWN_ID_LENGTH = 13;

/** One line of the table; a name that is repeated is left out. */
interface Line {
  name: string;
  cells: string[];
}

/** @param width columns of the terminal */
export function formatUsage(report: UsageReport, { width, colors }: { width: number; colors: Colors }): string {
  const { by, timeZone, rows, totals, more } = report;
  const lines = rows.flatMap((row) => linesOf(nameOf(row), row));
  const totalLines = linesOf("Total", totals);
  const head: Line = { name: { day: "Day", model: "Model", session: "Session" }[by], cells: [...HEADS] };
  const layOut = layoutOf([head, ...lines, ...totalLines], width);
  return [
    colors.bold(`Tokens by ${by}`) + (by === "day" ? colors.dim(`, in the time zone ${sanitizeLine(timeZone)}`) : ""),
    "",
    colors.dim(layOut(head)),
    ...lines.map(layOut),
    ...(more ? [colors.dim(`… and more; --limit shows more rows`)] : []),
    "",
    ...totalLines.map((line) => colors.bold(layOut(line))),
    ...legendOf(totals).map((text) => colors.dim(text)),
  ].join("\n") + "\n";
}

function linesOf(name: string, usage: UsageBySource): Line[] {
  return SOURCES.filter((source) => usage[source].turns > 0).map((source, i) => ({
    name: i === 0 ? name : "",
    cells: [source, ...numbersOf(usage[source])],
  }));
}

function numbersOf({ turns, promptTokens, completionTokens }: UsageCount): string[] {
  return [turns, promptTokens, completionTokens, promptTokens + completionTokens].map(grouped);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function nameOf(row: Row): string {
  if ("day" in row) return row.day;
  if ("model" in row) return row.model === null ? "(no model)" : sanitizeLine(`${row.model} (${row.provider ?? ""})`);
  if (row.sessionId === null) return "(deleted sessions)";
  return sanitizeLine(`${row.sessionId.slice(0, SHOWN_ID_LENGTH)} ${row.title ?? ""}`).trimEnd();
}

/** Names and sources stand left, numbers right; a name that has no room is cut. */
function layoutOf(lines: Line[], width: number): (line: Line) => string {
  const widthOf = (texts: string[]) => Math.max(...texts.map((text) => stringWidth(text)));
  const cellWidths = HEADS.map((_, i) => widthOf(lines.map(({ cells }) => cells[i] ?? "")));
  const taken = cellWidths.reduce((sum, cell) => sum + GAP.length + cell, 0);
  const nameWidth = Math.min(widthOf(lines.map(({ name }) => name)), Math.max(MIN_NAME_WIDTH, width - taken));
  return ({ name, cells }) => {
    const shown = shortened(name, nameWidth);
    const padded = cells.map((cell, i) => i === 0 ? cell.padEnd(cellWidths[i]!) : cell.padStart(cellWidths[i]!));
    return [shown + " ".repeat(nameWidth - stringWidth(shown)), ...padded].join(GAP).trimEnd();
  };
}

function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let shown = "";
  for (const character of text) {
    if (stringWidth(shown + character) >= width) break;
    shown += character;
  }
  return `${shown}…`;
}

/** What the sources mean, of those that occur. */
function legendOf({ reported, estimated, partial }: UsageBySource): string[] {
  const legend = [
    ...(reported.turns > 0 ? ["reported: as the model server counted"] : []),
    ...(estimated.turns > 0 ? [`estimated: nobody counted; ${estimatorsOf(estimated.estimatedBy)}`] : []),
    ...(partial.turns > 0 ? ["partial: turns that broke off; what is known of them"] : []),
  ];
  return legend.length > 0 ? ["", ...legend] : [];
}

function estimatorsOf({ server, length }: UsageBySource["estimated"]["estimatedBy"]): string {
  if (server.turns === 0 && length.turns === 0) return "an estimate";
  if (server.turns === 0) return "Opta's estimate from the length of the text";
  return length.turns === 0 ? "the server's estimate" : "the server's estimate, or Opta's from the length of the text";
}
