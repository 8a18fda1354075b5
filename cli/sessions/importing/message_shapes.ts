/**
 * Messages as earlier releases and OpenAI-style programs keep them, in one shape. Tolerant of spelling: snake or camel case,
 * content as text or in parts, times in ISO or in numbers. What it does not know is counted; what cannot be meant is refused.
 */
import { jsonExcess } from "@opta/protocol";
import { ImportFault } from "./import_fault.ts";
import { refuseProtoKeys } from "./refuse_proto_keys.ts";

export interface ToolUse {
  id: string;
  name: string;
  args: Record<string, unknown>;
}

export interface ToolResult {
  id: string;
  name: string;
  text: string;
  ok: boolean;
}

export interface PlainMessage {
  role: "user" | "assistant" | "system" | "tool";
  text: string;
  thinking: string;
  calls: ToolUse[];
  results: ToolResult[];
  /** ISO 8601; `null` when it does not say. */
  at: string | null;
}

/** Names of what was passed over that are told: a file may have any number. */
const MAX_DESCRIBED = 20;
/** Characters of a value, or of a name, that are told. */
const MAX_SHOWN = 40;

/** What was passed over, by its name. */
export class Ignored {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** `3 × image, 1 × usage` */
  describe(): string {
    const parts = [...this.#counts].map(([what, count]) => `${count} × ${cut(what)}`);
    const more = parts.length - MAX_DESCRIBED;
    return parts.slice(0, MAX_DESCRIBED).join(", ") + (more > 0 ? `, and ${more} more` : "");
  }
}

type Fields = Record<string, unknown>;

const ROLES: Readonly<Record<string, PlainMessage["role"]>> = {
  user: "user",
  human: "user",
  assistant: "assistant",
  ai: "assistant",
  model: "assistant",
  system: "system",
  developer: "system",
  tool: "tool",
  function: "tool",
};
/** What is around the arguments of a call in the line of its event: the event, its payload, an object where they are none. */
const DEPTH_OF_ARGUMENTS = 3;
const TIMES = ["timestamp", "createdAt", "created_at", "created", "ts", "time", "date"];
const THINKING = ["thinking", "reasoning", "reasoningContent", "reasoning_content"];
const CALLS = ["toolCalls", "tool_calls"];
const KNOWN = new Set([
  ...["role", "content", "id", "name", "tool_call_id", "toolCallId", "isError", "is_error"],
  ...TIMES,
  ...THINKING,
  ...CALLS,
]);
/** Numbers below it are seconds since 1970: in milliseconds it is March of 1973. */
const SMALLEST_MS = 1e11;

/** @throws {ImportFault} */
export function plainMessage(value: unknown, where: string, ignored: Ignored): PlainMessage {
  const fields = objectAt(value, where);
  for (const key of Object.keys(fields)) if (!KNOWN.has(key)) ignored.count(`messages.${key}`);
  const named = textAt(fields["role"], `${where}.role`);
  const role = Object.hasOwn(ROLES, named) ? ROLES[named] : undefined;
  if (!role) throw new ImportFault(`${where}.role`, `${shown(named)} is no role of a message`);
  const thinking = first(fields, THINKING);
  const message: PlainMessage = {
    role,
    text: "",
    thinking: thinking === undefined ? "" : textAt(thinking, `${where}.thinking`),
    calls: [],
    results: [],
    at: timeOf(first(fields, TIMES), `${where}.timestamp`),
  };
  addContent(message, fields["content"], `${where}.content`, ignored);
  const calls = first(fields, CALLS) ?? [];
  if (!Array.isArray(calls)) throw new ImportFault(`${where}.tool_calls`, "must be a list");
  message.calls.push(...calls.map((call, i) => toolUse(call, `${where}.tool_calls[${i}]`)));
  if (role !== "tool") return message;
  const id = first(fields, ["toolCallId", "tool_call_id", "id"]) ?? "";
  const name = textAt(fields["name"] ?? "tool", `${where}.name`);
  const ok = first(fields, ["isError", "is_error"]) !== true;
  message.results.unshift({ id: textAt(id, `${where}.tool_call_id`), name, text: message.text, ok });
  message.text = "";
  return message;
}

/** ISO 8601 of a text or a number; `null` when there is none. @throws {ImportFault} */
export function timeOf(value: unknown, where: string): string | null {
  if (value === undefined || value === null) return null;
  const isTime = typeof value === "string" || typeof value === "number";
  const at = new Date(typeof value === "number" && value < SMALLEST_MS ? value * 1_000 : isTime ? value : NaN);
  const isoTime = Number.isNaN(at.getTime()) ? "" : at.toISOString();
  if (!/^\d{4}-/.test(isoTime)) throw new ImportFault(where, `${shown(value)} is no time`); // also one beyond the year 9999
  return isoTime;
}

/** The value of the first of these names that is there. */
export function first(fields: Fields, names: readonly string[]): unknown {
  const name = names.find((name) => fields[name] !== undefined && fields[name] !== null);
  return name === undefined ? undefined : fields[name];
}

export function objectAt(value: unknown, where: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new ImportFault(where, `must be an object, and is ${shown(value)}`);
}

export function textAt(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new ImportFault(where, `must be a text, and is ${shown(value)}`);
}

function addContent(message: PlainMessage, content: unknown, where: string, ignored: Ignored): void {
  if (content === undefined || content === null) return;
  if (typeof content === "string") message.text = content;
  else if (Array.isArray(content)) {
    content.forEach((part, i) => addPart(message, part, `${where}[${i}]`, ignored));
  } else throw new ImportFault(where, `must be a text or a list of parts, and is ${shown(content)}`);
}

function addPart(message: PlainMessage, part: unknown, where: string, ignored: Ignored): void {
  if (typeof part === "string") return void (message.text += part);
  const fields = objectAt(part, where);
  const type = textAt(fields["type"] ?? "text", `${where}.type`);
  switch (type) {
    case "text":
    case "input_text":
    case "output_text":
      message.text += textAt(fields["text"], `${where}.text`);
      return;
    case "thinking":
    case "reasoning":
      message.thinking += textAt(first(fields, ["thinking", "reasoning", "text"]), where);
      return;
    case "tool_use":
    case "tool-call":
      message.calls.push(toolUse(fields, where));
      return;
    case "tool_result":
    case "tool-result": {
      const inner: PlainMessage = { ...message, text: "", thinking: "", calls: [], results: [] };
      addContent(inner, first(fields, ["content", "result", "output"]), `${where}.content`, ignored);
      const id = textAt(
        first(fields, ["tool_use_id", "toolUseId", "toolCallId", "tool_call_id"]),
        `${where}.tool_use_id`,
      );
      const ok = first(fields, ["isError", "is_error"]) !== true;
      message.results.push({ id, name: "tool", text: inner.text, ok });
      return;
    }
    default: // an image, a sound, a file: what is said around it stays in its place
      ignored.count(type);
      message.text += `[${type}]`;
  }
}

function toolUse(value: unknown, where: string): ToolUse {
  const fields = objectAt(value, where);
  const inner = fields["function"] === undefined ? fields : objectAt(fields["function"], `${where}.function`);
  const name = textAt(first(inner, ["name", "toolName", "tool_name"]), `${where}.name`);
  const id = textAt(first(fields, ["id", "toolCallId", "callId"]) ?? "", `${where}.id`);
  return { id, name, args: argumentsOf(first(inner, ["arguments", "args", "input"])) };
}

/** What a model wrote need not be JSON, nor JSON that the daemon takes: it is kept as it is. */
function argumentsOf(value: unknown): Record<string, unknown> {
  let parsed = value;
  if (typeof value === "string" && value !== "") {
    if (jsonExcess(`${"[".repeat(DEPTH_OF_ARGUMENTS)}${value}`) !== null) return { arguments: value };
    try {
      parsed = JSON.parse(value);
      refuseProtoKeys(parsed);
    } catch {
      return { arguments: value };
    }
  }
  if (parsed === undefined || parsed === null || parsed === "") return {};
  return typeof parsed === "object" && !Array.isArray(parsed) ? parsed as Fields : { arguments: parsed };
}

function shown(value: unknown): string {
  return cut(JSON.stringify(value) ?? "nothing");
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
