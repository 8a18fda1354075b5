/** What there is to look at in full: the tool calls and thoughts of a session, the newest first. Pure. */
import type { Permission, SessionState, TextPart, ToolPart, Turn } from "@opta/protocol";
import { formatSeconds, resultInShort } from "@opta/view/tool_result";
import { summarizeCall } from "@opta/view/tool_summary";

export interface DetailItem {
  id: string;
  turnId: string;
  part: ToolPart | TextPart;
  /** The request for permission that a call waited for. */
  request: Permission | undefined;
}

/** As many as anybody looks back at; all there is stands in an export of the session. */
export const MAX_DETAILS = 2_000;

export function detailItems({ turns, active, permissions }: SessionState): DetailItem[] {
  const requests = new Map(Object.values(permissions).map((request) => [request.callId, request]));
  const items: DetailItem[] = [];
  const take = ({ turnId, parts }: Turn) => {
    for (let i = parts.length - 1; i >= 0 && items.length < MAX_DETAILS; i--) {
      const part = parts[i]!;
      if (part.kind === "text" || part.kind === "thinking" && part.text.trim() === "") continue;
      const id = `${turnId} ${part.kind === "tool" ? part.callId : part.partId}`;
      items.push({ id, turnId, part, request: part.kind === "tool" ? requests.get(part.callId) : undefined });
    }
  };
  if (active) take(active);
  for (let i = turns.length - 1; i >= 0 && items.length < MAX_DETAILS; i--) take(turns[i]!);
  return items;
}

/** What it is, and how it went; as it came, so that whoever shows it makes it safe. */
export function describeDetail({ part }: DetailItem): { name: string; subject: string; note: string; isBad: boolean } {
  if (part.kind !== "tool") {
    const first = part.text.trimStart().slice(0, MAX_SUBJECT_LENGTH).split("\n", 1)[0] ?? "";
    return { name: "thinking", subject: first, note: "", isBad: false };
  }
  const { end } = part;
  const { name, subject } = summarizeCall(part);
  if (!end) return { name, subject, note: "running", isBad: false };
  const time = end.denied ? "not allowed" : formatSeconds(end.elapsed);
  const result = resultInShort(part);
  return { name, subject, note: [time, ...(result === "" ? [] : [result])].join(" · "), isBad: !end.ok };
}

/** UTF-16 units of a thought that can matter for one line. */
const MAX_SUBJECT_LENGTH = 300;
