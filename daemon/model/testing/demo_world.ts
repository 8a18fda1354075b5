/** A small world for the demo model: tools that work on files in memory, and a conversation that is held until its end. */
import { z } from "zod";
import { type DemoReply, reply } from "../demo_reply.ts";
import type { ModelMessage, ToolSpec } from "../model.ts";

const edit = { old_string: z.string().min(1), new_string: z.string(), replace_all: z.boolean().default(false) };

/** The arguments of the tools, in the names that these have. */
const schemas = {
  read_file: z.strictObject({ path: z.string(), offset: z.int().default(1), limit: z.int().default(2_000) }),
  list_dir: z.strictObject({ path: z.string().default(".") }),
  find_files: z.strictObject({
    pattern: z.string(),
    path: z.string().default("."),
    limit: z.int().max(500).default(100),
  }),
  search_files: z.strictObject({
    pattern: z.string().min(1),
    literal: z.boolean().default(false),
    path: z.string().default("."),
  }),
  edit_file: z.strictObject({ path: z.string(), ...edit }),
  multi_edit: z.strictObject({
    files: z.array(z.strictObject({ path: z.string(), edits: z.array(z.strictObject(edit)).min(1) })).min(1),
  }),
  write_file: z.strictObject({ path: z.string(), content: z.string() }),
  delete_file: z.strictObject({ path: z.string() }),
  run_command: z.strictObject({
    command: z.string().min(1),
    cwd: z.string().optional(),
    timeoutMs: z.int().optional(),
  }),
  bg_start: z.strictObject({ command: z.string().min(1), cwd: z.string().optional() }),
  bg_status: z.strictObject({ processId: z.string().optional() }),
  bg_output: z.strictObject({ processId: z.string(), waitMs: z.int().max(60_000).optional() }),
  bg_kill: z.strictObject({ processId: z.string() }),
  web_fetch: z.strictObject({ url: z.url() }),
  ask_user: z.strictObject({ question: z.string().min(1), options: z.array(z.string()).min(2).optional() }),
  todo: z.strictObject({
    items: z.array(z.strictObject({ text: z.string().min(1), state: z.enum(["pending", "active", "done"]) })),
  }),
};
export type ToolName = keyof typeof schemas;
export const TOOL_NAMES = Object.keys(schemas).filter((name): name is ToolName => Object.hasOwn(schemas, name));
/** What is offered where there is no folder, and in modes that only look. */
export const TALKING: readonly ToolName[] = ["web_fetch", "ask_user", "todo"];
export const LOOKING: readonly ToolName[] = [...TALKING, "read_file", "list_dir", "find_files", "search_files"];

export function specsOf(names: readonly ToolName[]): ToolSpec[] {
  return names.map((name) => {
    const { $schema: _, ...parameters } = z.toJSONSchema(schemas[name], { io: "input" });
    return { name, description: name, parameters };
  });
}

/** More answers than any script takes. */
const MAX_ANSWERS = 20;

export interface DemoWorld {
  files: Record<string, string>;
  offered: readonly ToolName[];
  /** What a tool says in place of its work, having failed. */
  failing: Partial<Record<ToolName, string>>;
  messages: ModelMessage[];
}

export function worldOf(world: Partial<DemoWorld> = {}): DemoWorld {
  return { files: {}, offered: TOOL_NAMES, failing: {}, messages: [], ...world };
}

export interface Conversation {
  /** `read_file a.ts`: the calls of each answer, as the model made them. */
  calls: { name: ToolName; args: Record<string, unknown> }[][];
  /** Of the last answer. */
  text: string;
}

/** Holds one turn. @throws {Error} for a call that is not offered or does not fit, and for a turn without an end */
export function converse(world: DemoWorld, request: string): Conversation {
  const { messages, offered } = world;
  messages.push({ role: "user", content: request });
  const calls: Conversation["calls"] = [];
  for (let answers = 0; answers < MAX_ANSWERS; answers++) {
    const answer = reply(messages, specsOf(offered));
    if (answer.calls.length === 0) {
      messages.push({ role: "assistant", content: answer.text });
      return { calls, text: answer.text };
    }
    calls.push(act(world, answer, `call_${messages.length}`));
  }
  throw new Error(`no end after ${MAX_ANSWERS} answers to: ${request}`);
}

function act(world: DemoWorld, { text, calls }: DemoReply, id: string): Conversation["calls"][number] {
  const made = calls.map(({ name, args }, i) => ({ id: `${id}_${i}`, name: offeredName(name, world), args }));
  const toolCalls = made.map(({ id, name, args }) => ({ id, name, arguments: JSON.stringify(args) }));
  world.messages.push({ role: "assistant", content: text, toolCalls });
  for (const { id, name, args } of made) {
    schemas[name].parse(args);
    const failure = world.failing[name];
    const { ok, text } = failure === undefined ? perform(world, name, args) : { ok: false, text: failure };
    world.messages.push({ role: "tool", toolCallId: id, content: text, ok });
  }
  return made.map(({ name, args }) => ({ name, args }));
}

function offeredName(name: string, { offered }: DemoWorld): ToolName {
  const found = offered.find((one) => one === name);
  if (!found) throw new Error(`${name} was called and is not offered`);
  return found;
}

function perform({ files }: DemoWorld, name: ToolName, args: Record<string, unknown>): { ok: boolean; text: string } {
  const path = String(args["path"]);
  switch (name) {
    case "read_file": {
      const text = files[path];
      if (text === undefined) return { ok: false, text: `There is no file ${path}` };
      return { ok: true, text: text.split("\n").map((line, i) => `${i + 1}\t${line}`).join("\n") };
    }
    case "list_dir": {
      const lines = Object.keys(files).sort().map((file) => `${file}  12 B`);
      return { ok: true, text: ["src/", ...lines].join("\n") };
    }
    case "write_file":
      files[path] = String(args["content"]);
      return { ok: true, text: `${path} was written` };
    case "bg_start":
      return { ok: true, text: "Started bg_1-2 (pid 7)." };
    case "bg_status":
      return { ok: true, text: "bg_0 (sleep): exited with exit code 0, 1.0 s\nbg_1-2 (sleep): running, 2.0 s" };
    default:
      return { ok: true, text: `${name} is done` };
  }
}
