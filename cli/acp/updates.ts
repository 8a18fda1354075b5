/** What an editor is told of a turn, in the words of the Agent Client Protocol. Pure. */
import type { SessionUpdate, ToolCallContent, ToolKind } from "@agentclientprotocol/sdk";
import type { ToolPart, Turn } from "@opta/protocol";
import { summarizeCall } from "@opta/view/tool_summary";
import type { Piece } from "../chat/turn_reader.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** UTF-16 units of a tool's result that an editor is sent: it is shown in a folded box. */
const MAX_RESULT_LENGTH = 64 * 1024;

const kinds: Readonly<Record<string, ToolKind>> = {
  read_file: "read",
  list_dir: "read",
  find_files: "search",
  search_files: "search",
  edit_file: "edit",
  multi_edit: "edit",
  write_file: "edit",
  delete_file: "delete",
  run_command: "execute",
  bg_start: "execute",
  web_fetch: "fetch",
};

/** What somebody asked; whoever wrote it elsewhere is named, for an editor has no other place for that. */
export function questionUpdate({ writerId, content }: Turn, isOwn: boolean): SessionUpdate {
  const text = isOwn ? content : `${sanitizeLine(writerId)}: ${content}`;
  return { sessionUpdate: "user_message_chunk", content: { type: "text", text } };
}

export function pieceUpdates(piece: Piece): SessionUpdate[] {
  switch (piece.kind) {
    case "text":
      return chunk("agent_message_chunk", piece.text);
    case "thinking":
      return chunk("agent_thought_chunk", piece.text);
    case "tool":
      return piece.step === "end" ? [endUpdate(piece.part)] : [startUpdate(piece.part), ...endOf(piece.part)];
    default:
      return piece satisfies never;
  }
}

/** A remark that is no part of the answer. */
export function remark(text: string): SessionUpdate {
  return { sessionUpdate: "agent_message_chunk", content: { type: "text", text: `\n\n*${sanitizeLine(text)}*\n` } };
}

export function titleOf(part: Pick<ToolPart, "toolName" | "args">): string {
  const { name, subject } = summarizeCall(part);
  return sanitizeLine(`${name} ${subject}`);
}

export function kindOf(toolName: string): ToolKind {
  return Object.hasOwn(kinds, toolName) ? kinds[toolName]! : "other";
}

/** Files that a call is about, so that the editor can follow. */
export function locationsOf(args: Record<string, unknown>, cwd: string | null): { path: string }[] {
  const { path } = args;
  if (typeof path !== "string") return [];
  return [{ path: /^(?:\/|[A-Za-z]:[\\/])/.test(path) || cwd === null ? path : `${cwd}/${path}` }];
}

function chunk(sessionUpdate: "agent_message_chunk" | "agent_thought_chunk", text: string): SessionUpdate[] {
  return text === "" ? [] : [{ sessionUpdate, content: { type: "text", text } }];
}

function startUpdate(part: ToolPart): SessionUpdate {
  const { callId, toolName, args } = part;
  return {
    sessionUpdate: "tool_call",
    toolCallId: callId,
    title: titleOf(part),
    kind: kindOf(toolName),
    status: "in_progress",
    rawInput: args,
  };
}

function endOf(part: ToolPart): SessionUpdate[] {
  return part.end ? [endUpdate(part)] : [];
}

function endUpdate({ callId, end }: ToolPart): SessionUpdate {
  const result = end?.result ?? "";
  const shown = result.length > MAX_RESULT_LENGTH ? `${result.slice(0, MAX_RESULT_LENGTH)}\n…` : result;
  const content: ToolCallContent[] = shown === "" ? [] : [{ type: "content", content: { type: "text", text: shown } }];
  return {
    sessionUpdate: "tool_call_update",
    toolCallId: callId,
    status: end?.ok ? "completed" : "failed",
    content,
  };
}
