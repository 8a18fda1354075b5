/**
 * How things stand, in one line or two: who answers in which session, how the connection is, what the running turn does.
 * Pure. Where there is no room, the fields go that matter least.
 */
import type { SessionState } from "@opta/protocol";
import type { AttachedClient, ConnectionState } from "@opta/protocol/client";
import stringWidth from "string-width";
import { fitWidth } from "../chat/fit_width.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import type { Role, Theme } from "./theme.ts";

/** Of so many rows the status may take two; in so many columns it needs but one. */
const ROOMY_ROWS = 20;
const WIDE_COLUMNS = 110;
const SEPARATOR = " · ";
/** Columns that a title or the name of a model may take. */
const MAX_NAME_COLUMNS = 32;

export interface StatusFacts {
  state: SessionState;
  connection: ConnectionState;
  /** Of the messages to come. */
  mode: string;
  /** The model that a turn would get now, by the daemon's choice; `null` when that is not known. */
  usual: { model: string; provider: string; transport: string } | null;
  /** Who is attached, this client among them. */
  attached: readonly AttachedClient[];
  /** How many are attached beside those. */
  more: number;
  /** Of the running turn; `null` while no text comes. */
  speed: { tokens: number; perSecond: number } | null;
  nowMs: number;
  /** A request for permission waits, and an overlay stands in its place. */
  isCovered: boolean;
}

interface Field {
  text: string;
  role: Role;
  /** The lowest goes first. */
  weight: number;
}

export function statusLine(
  facts: StatusFacts,
  { columns, rows, theme }: { columns: number; rows: number; theme: Theme },
): string[] {
  const first = [...coveredFields(facts), connectionField(facts), ...sessionFields(facts)];
  const second = turnFields(facts);
  // Not by what there is to say just now: everything above would move up and down with it.
  const isOneLine = rows < ROOMY_ROWS || columns >= WIDE_COLUMNS;
  const lines = isOneLine ? [[...first, ...second]] : [first, second];
  return lines.map((fields) => paintFields(fitFields(fields, columns), columns, theme));
}

function coveredFields({ isCovered }: StatusFacts): Field[] {
  return isCovered ? [{ text: "? permission is asked for: Ctrl-C shows it", role: "warning", weight: 11 }] : [];
}

function connectionField({ connection, nowMs }: StatusFacts): Field {
  switch (connection.kind) {
    case "live":
      return { text: "● live", role: "good", weight: 10 };
    case "replaying":
      return { text: "◐ replaying", role: "warning", weight: 10 };
    case "connecting":
      return { text: "◌ connecting", role: "warning", weight: 10 };
    case "waiting":
      return { text: `○ reconnecting ${secondsUntil(connection.retryAtMs, nowMs)} s`, role: "bad", weight: 10 };
    case "closed":
      return { text: "✗ closed", role: "bad", weight: 10 };
    default:
      return connection satisfies never;
  }
}

function sessionFields({ state, mode, usual }: StatusFacts): Field[] {
  const title = sanitizeLine(state.title);
  const start = state.active?.start;
  const model = start?.model ?? state.model ?? usual?.model;
  const transport = start?.transport ?? (connectionModel(state, usual) ? usual?.transport : undefined);
  return [
    { text: title === "" ? state.sessionId : fitWidth(title, MAX_NAME_COLUMNS), role: "strong", weight: 6 },
    ...(model === undefined
      ? []
      : [{ text: fitWidth(sanitizeLine(model), MAX_NAME_COLUMNS), role: "accent" as const, weight: 8 }]),
    ...(transport === undefined ? [] : [{ text: sanitizeLine(transport), role: "dim" as const, weight: 1 }]),
    { text: mode, role: mode === "chat" ? "dim" : "warning", weight: mode === "chat" ? 3 : 9 },
  ];
}

/** Whether the daemon's choice is what a turn of this session would get. */
function connectionModel(state: SessionState, usual: StatusFacts["usual"]): boolean {
  return usual !== null && (state.model === null || state.model === usual.model);
}

function turnFields({ state, attached, more, speed }: StatusFacts): Field[] {
  const { queue, turns, active } = state;
  const stats = turns.at(-1)?.end?.stats;
  const fields: Field[] = [];
  if (active?.cancelRequested) fields.push({ text: "cancelling", role: "warning", weight: 9 });
  if (queue.length > 0) fields.push({ text: `${queue.length} queued`, role: "warning", weight: 7 });
  if (speed) fields.push({ text: `~${speed.tokens} tokens`, role: "dim", weight: 4 });
  if (speed && speed.perSecond > 0) fields.push({ text: `~${speed.perSecond.toFixed(0)}/s`, role: "dim", weight: 4 });
  if (stats?.contextTokens !== undefined) fields.push(contextField(stats.contextTokens, stats.contextWindow));
  const clients = attached.length + more;
  if (clients > 1) fields.push({ text: `${clients} clients`, role: "accent", weight: 5 });
  const writers = new Set(attached.flatMap(({ writerId }) => writerId === null ? [] : [sanitizeLine(writerId)]));
  if (writers.size > 1) {
    fields.push({ text: fitWidth([...writers].join(", "), MAX_NAME_COLUMNS), role: "dim", weight: 2 });
  }
  return fields;
}

function contextField(tokens: number, window: number | undefined): Field {
  if (window === undefined) return { text: `context ${shortCount(tokens)}`, role: "dim", weight: 3 };
  const used = tokens / window;
  return {
    text: `context ${Math.round(used * 100)}% of ${shortCount(window)}`,
    role: used > 0.8 ? "warning" : "dim",
    weight: used > 0.8 ? 8 : 3,
  };
}

function fitFields(fields: readonly Field[], columns: number): Field[] {
  const left = [...fields];
  while (left.length > 1 && widthOf(left) > columns) {
    const least = left.reduce((at, field, i) => field.weight <= left[at]!.weight ? i : at, 0);
    left.splice(least, 1);
  }
  return left;
}

function widthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { text }) => sum + stringWidth(text) + SEPARATOR.length, -SEPARATOR.length);
}

function paintFields(fields: readonly Field[], columns: number, theme: Theme): string {
  return fields.map(({ role, text }) => theme.paint(role, fitWidth(text, columns))).join(theme.paint("dim", SEPARATOR));
}

function shortCount(count: number): string {
  return count < 1_000 ? String(count) : `${(count / 1_000).toFixed(count < 10_000 ? 1 : 0)}k`;
}

/** Whole seconds, as a countdown shows them. */
export function secondsUntil(thenMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((thenMs - nowMs) / 1_000));
}
