/** One line about work that takes long: how far it has come, how fast it is, and when it will be done. Pure. */
import { formatBytes } from "./format_bytes.ts";
import { sanitizeLine } from "./sanitize.ts";

export interface Progress {
  /** What is being done: `Downloading NAME`. */
  label: string;
  elapsedMs: number;
  /** `null` while nobody says how far it has come. */
  bytes: { done: number; total: number; perSecond: number | null } | null;
}

/** The bar takes what the figures leave, within these. */
const MIN_BAR = 10;
const MAX_BAR = 30;
/** Columns of a bar without a known end that are lit. */
const LIT = 3;
/** How long such a bar takes for a step. */
const STEP_MS = 250;

/** The line, with a bar if `columns` leave room for it, and never longer than they are. */
export function formatProgress(progress: Progress, columns: number): string {
  const figures = formatFigures(progress);
  const label = shorten(sanitizeLine(progress.label), columns - figures.length - 3);
  const room = Math.min(MAX_BAR, columns - label.length - figures.length - 6);
  const bar = room < MIN_BAR ? "" : `  [${drawBar(progress, room)}]`;
  return `${label}${bar}  ${figures}`.slice(0, Math.max(0, columns - 1)); // the last column would begin a new line
}

/** The figures matter more than the end of a name. */
function shorten(label: string, width: number): string {
  return label.length <= width ? label : `${label.slice(0, Math.max(0, width - 1))}…`;
}

/** The same for a log: without a bar. */
export function formatProgressLine(progress: Progress): string {
  return `${sanitizeLine(progress.label)}: ${formatFigures(progress)}`;
}

function formatFigures({ bytes, elapsedMs }: Progress): string {
  if (!bytes) return formatClock(elapsedMs);
  const { done, total, perSecond } = bytes;
  if (total <= 0) return `${formatBytes(done)}  ${formatClock(elapsedMs)}`;
  const left = perSecond === null || perSecond <= 0 ? null : 1_000 * (total - done) / perSecond;
  return [
    `${Math.floor(100 * done / total)}%`,
    `${formatBytes(done)} of ${formatBytes(total)}`,
    ...(perSecond === null ? [] : [`${formatBytes(perSecond)}/s`]),
    ...(left === null ? [] : [`ETA ${formatClock(left)}`]),
  ].join("  ");
}

function drawBar({ bytes, elapsedMs }: Progress, width: number): string {
  if (!bytes || bytes.total <= 0) {
    const at = Math.floor(elapsedMs / STEP_MS) % (width - LIT + 1);
    return "=".repeat(LIT).padStart(at + LIT).padEnd(width);
  }
  const filled = Math.min(width, Math.floor(width * bytes.done / bytes.total));
  return `${"=".repeat(filled)}${filled < width ? ">" : ""}`.padEnd(width);
}

/** `0:07`, `12:05`, `1:02:03`. */
function formatClock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [h, min, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}
