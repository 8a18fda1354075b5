/**
 * A session file of the earlier Node releases, `sessions/<id>.json`, or anything else that is a conversation in messages.
 * Each message of a user begins a turn, which what follows belongs to; what stands before the first goes with the session.
 */
import { MAX_CONTENT_LENGTH, type Message, titleOf, type TurnStats } from "@opta/protocol";
import { EventLines } from "./event_lines.ts";
import { ImportFault } from "./import_fault.ts";
import {
  first,
  Ignored,
  objectAt,
  type PlainMessage,
  plainMessage,
  textAt,
  timeOf,
  type ToolResult,
  type ToolUse,
} from "./message_shapes.ts";

/** Who wrote and answered, where a file does not say. */
const WRITER = "import";
const MAX_TITLE_LENGTH = 500;
const MAX_TAG_LENGTH = 100;
const MAX_TAGS = 50;

const IDS = ["id", "sessionId", "session_id"];
const TITLES = ["title", "name"];
const MODELS = ["model", "modelId", "model_id"];
const TIMES = ["created", "createdAt", "created_at", "timestamp", "date"];
const FOLDERS = ["cwd", "workingDirectory", "working_directory"];
/** Known, and made again from the messages, or of no use here. */
const DERIVED = [
  "messages",
  "tags",
  "toolCallCount",
  "tool_call_count",
  "compacted",
  "updated",
  "updatedAt",
  "updated_at",
];
const KNOWN = new Set([...IDS, ...TITLES, ...MODELS, ...TIMES, ...FOLDERS, ...DERIVED]);

export interface MessagesFile {
  lines: EventLines;
  remarks: string[];
}

/**
 * @param nowIso the time of what does not say when it was
 * @throws {ImportFault}
 */
export function readMessagesFile(value: unknown, nowIso: string): MessagesFile {
  const fields = Array.isArray(value) ? { messages: value } : objectAt(value, "");
  if (!Array.isArray(fields["messages"])) {
    const known = "an exported log (jsonl), an exported session (json), or a file with messages";
    throw new ImportFault("", `it is no session: expected ${known}`);
  }
  const ignored = new Ignored();
  for (const key of Object.keys(fields)) if (!KNOWN.has(key)) ignored.count(key);
  const messages = fields["messages"].map((message, i) => plainMessage(message, `messages[${i}]`, ignored));
  const createdAt = timeOf(first(fields, TIMES), "created") ?? messages.find(({ at }) => at !== null)?.at ?? nowIso;
  const conversation = new Conversation(modelOf(fields), createdAt, ignored);
  const start = messages.findIndex(({ role, text }) => role === "user" && text.trim() !== "");
  const before = messages.slice(0, start === -1 ? messages.length : start);
  conversation.begin(aboutOf(fields, messages[start]?.text ?? ""), before);
  messages.slice(before.length).forEach((message, i) => conversation.add(message, `messages[${before.length + i}]`));
  conversation.end();
  const passedOver = ignored.describe();
  return { lines: conversation.lines, remarks: passedOver === "" ? [] : [`passed over: ${passedOver}`] };
}

/**
 * Folders of the past grant nothing: where it was is kept as a label.
 *
 * @param question the first one, whose first line is the title where the file has none
 */
function aboutOf(fields: Record<string, unknown>, question: string) {
  const title = textAt(first(fields, TITLES) ?? "", "title").trim().slice(0, MAX_TITLE_LENGTH) || titleOf(question);
  const tags = first(fields, ["tags"]) ?? [];
  if (!Array.isArray(tags)) throw new ImportFault("tags", "must be a list");
  const names = tags.map((tag, i) => textAt(tag, `tags[${i}]`).slice(0, MAX_TAG_LENGTH)).filter((tag) => tag !== "");
  const id = first(fields, IDS);
  const cwd = first(fields, FOLDERS);
  const metadata = {
    ...(id !== undefined && { importedId: textAt(id, "id").slice(0, MAX_TITLE_LENGTH) }),
    ...(cwd !== undefined && { importedCwd: textAt(cwd, "cwd").slice(0, MAX_TITLE_LENGTH) }),
  };
  const model = modelOf(fields);
  return {
    ...(title !== "" && { title }),
    ...(model !== null && { model }),
    ...(names.length > 0 && { tags: [...new Set(names)].slice(0, MAX_TAGS) }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

function modelOf(fields: Record<string, unknown>): string | null {
  const model = first(fields, MODELS);
  return model === undefined || model === "" ? null : textAt(model, "model").slice(0, MAX_TITLE_LENGTH);
}

/** A call of the turn, by the id that the file has for it and the one that it has here. */
interface TurnCall {
  id: string;
  callId: string;
  name: string;
  isDone: boolean;
}

/** The turns of a conversation, as they are being written. */
class Conversation {
  readonly lines = new EventLines();
  readonly #model: string | null;
  readonly #ignored: Ignored;
  /** Of the last message that said when it was. */
  #at: string;
  #turnCount = 0;
  #partCount = 0;
  #calls: TurnCall[] = [];

  constructor(model: string | null, at: string, ignored: Ignored) {
    this.#model = model;
    this.#at = at;
    this.#ignored = ignored;
  }

  begin(about: object, before: readonly PlainMessage[]): void {
    const messages: Message[] = [];
    for (const { role, text, calls, results } of before) {
      for (const _ of [...calls, ...results]) this.#ignored.count("tool call before the first question");
      if (role !== "tool" && text !== "") messages.push({ role, content: text });
    }
    const more = messages.length > 0 ? { messages } : {};
    this.lines.add({ event: "session.updated", payload: { ...about, ...more, createdAt: this.#at } }, this.#at);
  }

  add(message: PlainMessage, where: string): void {
    this.#at = message.at ?? this.#at;
    for (const result of message.results) this.#result(result);
    switch (message.role) {
      case "user":
        if (message.text.trim() !== "") this.#ask(message.text, where);
        else if (message.results.length === 0) this.#ignored.count("empty message");
        return;
      case "system": // within a conversation only a user's word can stand
        if (message.text.trim() === "") return;
        this.#ignored.count("role of a system message within the conversation, which is now the user's");
        this.#ask(message.text, where);
        return;
      case "assistant":
        if (message.thinking !== "") this.#say("turn.thinking", message.thinking);
        if (message.text !== "") this.#say("turn.token", message.text);
        for (const call of message.calls) this.#call(call);
        return;
      case "tool":
        return;
      default:
        message.role satisfies never;
    }
  }

  end(): void {
    if (this.#turnCount === 0) return;
    const toolCalls = this.#calls.length;
    const none = { tokens: 0, promptTokens: 0, completionTokens: 0, elapsed: 0, speed: 0, firstTokenLatencyMs: null };
    const stats: TurnStats = { ...none, toolCalls, usageSource: "partial" };
    const ids = { turnId: this.#turnId, writerId: WRITER, clientId: WRITER };
    this.lines.add({ event: "turn.done", payload: { ...ids, finishReason: "stop", stats } }, this.lines.lastTs);
  }

  get #turnId(): string {
    return `turn_${this.#turnCount}`;
  }

  #ask(content: string, where: string): void {
    if (content.length > MAX_CONTENT_LENGTH) {
      throw new ImportFault(`${where}.content`, `is longer than the ${MAX_CONTENT_LENGTH} characters of a message`);
    }
    this.end();
    this.#turnCount++;
    this.#partCount = 0;
    this.#calls = [];
    const turnId = this.#turnId;
    const asked = { turnId, writerId: WRITER, position: 0, clientId: WRITER, content, mode: "chat" as const };
    this.lines.add({ event: "turn.queued", payload: asked }, this.#at);
    const by = { model: this.#model ?? "unknown", provider: "import", transport: "import" };
    this.lines.add({ event: "turn.start", payload: { turnId, writerId: WRITER, ...by } }, this.#at);
  }

  #say(event: "turn.token" | "turn.thinking", text: string): void {
    const partId = `part_${++this.#partCount}`;
    this.lines.add({ event, payload: { text, turnId: this.#turnId, partId, offset: 0 } }, this.#at);
  }

  /** Some programs number the calls of each answer anew. */
  #call({ id, name, args }: ToolUse): TurnCall {
    const isTaken = id === "" || this.#calls.some(({ callId }) => callId === id);
    const callId = isTaken ? `${id}#${this.#calls.length + 1}` : id;
    const call = { id, callId, name, isDone: false };
    this.#calls.push(call);
    const payload = { toolName: name, callId, args, turnId: this.#turnId };
    this.lines.add({ event: "tool.start", payload }, this.#at);
    return call;
  }

  /** A result without a call shows that there was one. */
  #result({ id, name, text, ok }: ToolResult): void {
    const call = this.#calls.find((call) => !call.isDone && (call.id === id || id === "")) ??
      this.#call({ id, name, args: {} });
    call.isDone = true;
    const { name: toolName, callId } = call;
    const payload = { toolName, callId, result: text, elapsed: 0, turnId: this.#turnId, ok };
    this.lines.add({ event: "tool.end", payload }, this.#at);
  }
}
