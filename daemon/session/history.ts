/** The conversation of a session as models are sent it: what came with it, then each turn, with its tool calls. */
import type { Part, SessionState, Turn, Undone } from "@opta/protocol";
import type { ModelMessage, ToolCall } from "../model/model.ts";

/** What a model is told of a call that broke off: it must not take it for done. */
const NO_RESULT = "This call was interrupted; whether it took effect is not known.";

/** Files that it is told of by name after an undo. */
const MAX_NAMED_FILES = 20;

/** The parts of a conversation, oldest first. */
export interface History {
  /** The system message that came with the session; empty for none. */
  system: string;
  /** The other messages that came with it; none when they are summarised. */
  imported: ModelMessage[];
  /** In place of what came before `turns`. */
  summary: string | null;
  /** Those that are not summarised. One that was cancelled in the queue was never part of the conversation. */
  turns: { turnId: string; messages: ModelMessage[] }[];
}

export function historyOf({ imported, compaction, turns, undone = [] }: SessionState): History {
  const first = imported.findIndex(({ role }) => role !== "system");
  const leading = imported.slice(0, first === -1 ? imported.length : first);
  const summarised = compaction ? turns.findIndex(({ turnId }) => turnId === compaction.throughTurnId) + 1 : 0;
  return {
    system: leading.map(({ content }) => content).join("\n\n"),
    imported: compaction ? [] : imported.slice(leading.length),
    summary: compaction?.summary ?? null,
    turns: turns.slice(summarised).flatMap((turn) =>
      turn.start ? [{ turnId: turn.turnId, messages: [...messagesOfTurn(turn), ...undosAfter(turn, undone)] }] : []
    ),
  };
}

/** What a person took back after the turn: as a message and an answer, as a summary is. */
function undosAfter({ turnId }: Turn, undone: readonly Undone[]): ModelMessage[] {
  return undone.filter(({ afterTurnId }) => afterTurnId === turnId).flatMap(({ kind, files, fileCount }) => {
    const named = files.slice(0, MAX_NAMED_FILES).map((path) => JSON.stringify(path)).join(", ");
    const rest = fileCount > MAX_NAMED_FILES ? ` and ${fileCount - MAX_NAMED_FILES} more` : "";
    const content = kind === "undo"
      ? `I have undone changes of yours: ${named}${rest} are as they were before them.`
      : `I have brought back changes of yours that I had undone: ${named}${rest}.`;
    return [
      { role: "user", content },
      { role: "assistant", content: "I will read these files again before I change them." },
    ];
  });
}

function messagesOfTurn({ content, parts }: Turn): ModelMessage[] {
  return [{ role: "user", content }, ...answersOf(parts)];
}

/** Text and the calls after it are one message of the model; the results of the calls follow it. */
function answersOf(parts: readonly Part[]): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let text = "";
  let calls: ToolCall[] = [];
  let results: ModelMessage[] = [];
  const flush = () => {
    if (calls.length > 0) messages.push({ role: "assistant", content: text, toolCalls: calls }, ...results);
    else if (text !== "") messages.push({ role: "assistant", content: text });
    [text, calls, results] = ["", [], []];
  };
  for (const part of parts) {
    switch (part.kind) {
      case "thinking":
        break;
      case "text":
        if (calls.length > 0) flush();
        text += part.text;
        break;
      case "tool":
        calls.push({ id: part.callId, name: part.toolName, arguments: JSON.stringify(part.args) });
        results.push({
          role: "tool",
          toolCallId: part.callId,
          content: part.end?.result ?? NO_RESULT,
          ...(part.end && { ok: part.end.ok }),
        });
        break;
      default:
        part satisfies never;
    }
  }
  flush();
  return messages;
}
