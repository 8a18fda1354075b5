/** A session as `opta sessions export --format json` writes it: the folded state. Its events are made again from it. */
import {
  BackgroundProcess,
  type EventDraft,
  FinishReason,
  Message,
  payloads,
  TurnErrorCode,
  TurnMode,
  TurnOverrides,
  TurnStats,
  UndoKind,
} from "@opta/protocol";
import { z } from "zod";
import { EventLines } from "./event_lines.ts";
import { ImportFault } from "./import_fault.ts";
import type { SessionFile } from "./session_file.ts";

const Json = z.record(z.string(), z.unknown());
const Part = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["text", "thinking"]), partId: z.string(), text: z.string() }),
  z.object({
    kind: z.literal("tool"),
    callId: z.string(),
    toolName: z.string(),
    args: Json,
    end: z.object({
      ok: z.boolean(),
      result: z.string(),
      elapsed: z.number().nonnegative(),
      truncated: z.boolean(),
      denied: z.boolean().optional(),
    }).optional(),
  }),
]);
const End = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), finishReason: FinishReason, stats: TurnStats, at: z.string() }),
  z.object({
    kind: z.literal("error"),
    code: TurnErrorCode,
    message: z.string(),
    retryable: z.boolean(),
    stats: TurnStats.optional(),
    at: z.string(),
  }),
]);
const Turn = z.object({
  turnId: z.string(),
  writerId: z.string(),
  clientId: z.string(),
  clientTurnId: z.string().nullable().default(null),
  mode: TurnMode,
  content: z.string(),
  overrides: TurnOverrides.default({}),
  queuedAt: z.string(),
  start: z.object({ at: z.string(), model: z.string(), provider: z.string(), transport: z.string() }).optional(),
  parts: z.array(Part),
  end: End.optional(),
});
type Turn = z.infer<typeof Turn>;
const Permission = payloads["permission.request"].extend({
  resolved: payloads["permission.resolved"].omit({ requestId: true }).optional(),
});
const State = z.object({
  sessionId: z.string(),
  epoch: z.string(),
  seq: z.number().int().nonnegative(),
  title: z.string().default(""),
  model: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  metadata: Json.default({}),
  createdAt: z.string(),
  updatedAt: z.string(),
  imported: z.array(Message).default([]),
  compaction: z.object({ throughTurnId: z.string().nullable(), summary: z.string() }).nullable().default(null),
  turns: z.array(Turn),
  undone: z.array(z.object({
    kind: UndoKind,
    files: z.array(z.string()),
    fileCount: z.number().int().nonnegative(),
    afterTurnId: z.string(),
  })).default([]),
  active: Turn.nullable().default(null),
  queue: z.array(Turn).default([]),
  permissions: z.record(z.string(), Permission).default({}),
  background: z.record(z.string(), BackgroundProcess).default({}),
});
type State = z.infer<typeof State>;

export function isState(value: object): boolean {
  return "turns" in value && "sessionId" in value && "seq" in value;
}

/** @throws {ImportFault} */
export function readState(value: unknown): { lines: EventLines; origin: SessionFile["origin"] } {
  const parsed = State.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ImportFault(placeOf(issue?.path ?? []), issue?.message ?? "it is not valid", { cause: parsed.error });
  }
  const state = parsed.data;
  const { title, model, tags, metadata, createdAt, imported } = state;
  const lines = new EventLines();
  const about = {
    ...(title !== "" && { title }),
    ...(model !== null && { model }),
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(imported.length > 0 && { messages: imported }),
  };
  lines.add({ event: "session.updated", payload: { ...about, createdAt } }, createdAt);
  for (const turn of state.turns) addTurn(lines, turn, state);
  if (state.active) addTurn(lines, state.active, state);
  for (const turn of state.queue) lines.add(queuedOf(turn), turn.queuedAt);
  addRest(lines, state);
  const { sessionId, epoch, seq } = state;
  return { lines, origin: { sessionId, epoch, seq } };
}

function addTurn(lines: EventLines, turn: Turn, { permissions, undone }: State): void {
  const { turnId, writerId, clientId, start, parts, end } = turn;
  lines.add(queuedOf(turn), turn.queuedAt);
  const at = end?.at ?? start?.at ?? turn.queuedAt;
  if (start) {
    const { at: startedAt, ...who } = start;
    lines.add({ event: "turn.start", payload: { turnId, writerId, ...who } }, startedAt);
    for (const part of parts) for (const draft of partEvents(part, turnId)) lines.add(draft, at);
  }
  for (const { resolved, ...request } of Object.values(permissions).filter((asked) => asked.turnId === turnId)) {
    lines.add({ event: "permission.request", payload: request }, at);
    if (!resolved) continue;
    lines.add({ event: "permission.resolved", payload: { requestId: request.requestId, ...resolved } }, at);
  }
  if (!end) return;
  const ids = { turnId, writerId, clientId };
  if (end.kind === "done") {
    const { finishReason, stats } = end;
    lines.add({ event: "turn.done", payload: { ...ids, finishReason, stats } }, at);
  } else {
    const { message, code, retryable, stats } = end;
    lines.add({ event: "turn.error", payload: { ...ids, message, code, retryable, ...(stats && { stats }) } }, at);
  }
  for (const { afterTurnId, ...what } of undone.filter(({ afterTurnId }) => afterTurnId === turnId)) {
    const ids = { changeSet: afterTurnId, undoId: `undo_of_${afterTurnId}`, turnId: afterTurnId };
    lines.add({ event: "session.undone", payload: { ...ids, ...what } }, at);
  }
}

function queuedOf({ turnId, writerId, clientId, clientTurnId, content, mode, overrides }: Turn): EventDraft {
  const payload = { turnId, writerId, position: 0, clientId, content, mode };
  const more = {
    ...(clientTurnId !== null && { clientTurnId }),
    ...(Object.keys(overrides).length > 0 && { overrides }),
  };
  return { event: "turn.queued", payload: { ...payload, ...more } };
}

function partEvents(part: z.infer<typeof Part>, turnId: string): EventDraft[] {
  if (part.kind !== "tool") {
    const { kind, partId, text } = part;
    return [{ event: kind === "text" ? "turn.token" : "turn.thinking", payload: { text, turnId, partId, offset: 0 } }];
  }
  const { toolName, callId, args, end } = part;
  const start: EventDraft = { event: "tool.start", payload: { toolName, callId, args, turnId } };
  return end ? [start, { event: "tool.end", payload: { toolName, callId, turnId, ...end } }] : [start];
}

function addRest(lines: EventLines, { compaction, background, turns, model, updatedAt }: State): void {
  const at = updatedAt > lines.lastTs ? updatedAt : lines.lastTs;
  if (compaction) {
    const by = { turnId: turns.at(-1)?.turnId ?? "", model: model ?? "unknown" };
    const payload = { ...by, ...compaction, replacedTokens: 0, summaryTokens: 0 };
    lines.add({ event: "session.compacted", payload }, at);
  }
  for (const process of Object.values(background)) {
    lines.add({ event: "background.status", payload: { process, reason: "imported" } }, at);
  }
  if (lines.lastTs !== at) lines.add({ event: "session.updated", payload: {} }, at); // something later that left no trace
}

/** `turns[3].content` */
function placeOf(path: readonly PropertyKey[]): string {
  return path.map((key, i) => typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`).join("");
}
