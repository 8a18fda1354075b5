/**
 * The state of a session, as every client and the daemon fold it from the log. It is plain JSON: a snapshot is this
 * object, and the hash of two states says whether two clients see the same.
 */
import type { Message, Payload, TurnErrorCode, TurnMode, TurnOverrides, TurnStats, Workspace } from "./event.ts";

/** A run of text of one kind. `partId` names it in deltas. */
export interface TextPart {
  kind: "text" | "thinking";
  partId: string;
  text: string;
}

/** A tool call and, once it has ended, its result. */
export interface ToolPart {
  kind: "tool";
  callId: string;
  toolName: string;
  args: Record<string, unknown>;
  /** Absent while the tool runs. `elapsed` is seconds. */
  end?: { ok: boolean; result: string; elapsed: number; truncated: boolean; denied?: true };
}

export type Part = TextPart | ToolPart;

/** How a turn ended [T1]. */
export type TurnEnd =
  | { kind: "done"; finishReason: string; stats: TurnStats }
  | { kind: "error"; code: TurnErrorCode; message: string; retryable: boolean; stats?: TurnStats };

/** One turn: what a writer asked and what came of it. */
export interface Turn {
  turnId: string;
  writerId: string;
  clientId: string;
  clientTurnId: string | null;
  mode: TurnMode;
  content: string;
  overrides: TurnOverrides;
  /** ISO 8601. */
  queuedAt: string;
  /** Absent while the turn waits. */
  start?: { at: string; model: string; provider: string; transport: string };
  /** In the order of appearance. */
  parts: Part[];
  /** The latest sign of life while no text comes. */
  progress?: { phase: string; message: string; elapsedMs: number };
  /** A cancel was accepted; the turn is ending [C2]. */
  cancelRequested: boolean;
  /** Absent until the turn has ended. */
  end?: TurnEnd & { at: string };
}

/** A request for permission, and the decision once there is one. */
export interface Permission extends Payload<"permission.request"> {
  resolved?: Omit<Payload<"permission.resolved">, "requestId">;
}

/** Tokens of all ended turns; numbers of different trust are never added up. */
export type UsageTotals = Record<TurnStats["usageSource"], { promptTokens: number; completionTokens: number }>;

/** A summary of `imported` and of the turns up to `throughTurnId`; with `null`, of `imported` alone. */
export type Compaction = Pick<Payload<"session.compacted">, "throughTurnId" | "summary">;

/** Changes that a person took back, or back again, when the turn `afterTurnId` was the last. */
export type Undone = Pick<Payload<"session.undone">, "kind" | "files" | "fileCount"> & { afterTurnId: string };

/** Everything that a client may show of a session. */
export interface SessionState {
  sessionId: string;
  epoch: string;
  /** The last event that is folded in. */
  seq: number;
  title: string;
  /** The model that the session asks for; `null` lets the daemon choose. */
  model: string | null;
  tags: string[];
  metadata: Record<string, unknown>;
  /** The folders that its tools may touch; `null` for none. */
  workspace: Workspace | null;
  /** ISO 8601; empty before the first event. */
  createdAt: string;
  updatedAt: string;
  /** Messages that came with the session, before its first turn. */
  imported: Message[];
  /** What models are sent in place of the conversation up to that turn; `turns` still has all of it. */
  compaction: Compaction | null;
  /** Turns that have ended, in the order of their end. */
  turns: Turn[];
  /** The latest `MAX_UNDONE`, oldest first; absent before the first. */
  undone?: Undone[];
  /** The turn that runs. */
  active: Turn | null;
  /** Turns that wait, first to run first [S1]. */
  queue: Turn[];
  /** Requests of the running turn, and the decided ones of earlier turns, by `requestId` [P1, P2]. */
  permissions: Record<string, Permission>;
  /** Everyone who has submitted a turn. */
  writers: string[];
  toolCallCount: number;
  usage: UsageTotals;
  /** Background processes by `processId`. */
  background: Record<string, Payload<"background.status">["process"]>;
}

/** The state of a session of which no event is known yet. */
export function initialState(sessionId: string, epoch: string): SessionState {
  const none = () => ({ promptTokens: 0, completionTokens: 0 });
  return {
    sessionId,
    epoch,
    seq: 0,
    title: "",
    model: null,
    tags: [],
    metadata: {},
    workspace: null,
    createdAt: "",
    updatedAt: "",
    imported: [],
    compaction: null,
    turns: [],
    active: null,
    queue: [],
    permissions: {},
    writers: [],
    toolCallCount: 0,
    usage: { reported: none(), estimated: none(), partial: none() },
    background: {},
  };
}

/** The text that a turn answered so far, thinking and tools left out; after a tool call it is a paragraph of its own. */
export function answerOf(turn: Turn): string {
  let answer = "";
  let isAfterTool = false;
  for (const part of turn.parts) {
    if (part.kind === "tool") isAfterTool = true;
    if (part.kind !== "text") continue;
    answer += (isAfterTool ? paragraphAfter(answer) : "") + part.text;
    isAfterTool = false;
  }
  return answer;
}

function paragraphAfter(text: string): string {
  if (text === "" || text.endsWith("\n\n")) return "";
  return text.endsWith("\n") ? "\n" : "\n\n";
}

/** The conversation as messages, oldest first: what came with the session, then each ended turn that said something. */
export function messagesOf(state: SessionState): Message[] {
  const messages = [...state.imported];
  for (const turn of state.turns) {
    if (!turn.start) continue; // cancelled in the queue: it was never part of the conversation
    messages.push({ role: "user", content: turn.content });
    const answer = answerOf(turn);
    if (answer !== "") messages.push({ role: "assistant", content: answer });
  }
  return messages;
}
