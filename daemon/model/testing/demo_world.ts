/** A small world for the demo model: the tools of the daemon, which work here on files in memory, and a conversation that is held until its end. */
import { assert } from "@std/assert";
import { FileMemory } from "../../tools/files/file_memory.ts";
import { fileTools } from "../../tools/files/file_tools.ts";
import { runTools } from "../../tools/run/run_tools.ts";
import { talkTools } from "../../tools/talk/talk_tools.ts";
import { specOf, type ToolEffect } from "../../tools/tool.ts";
import { webTools } from "../../tools/web/web_tools.ts";
import { type DemoReply, reply } from "../demo_reply.ts";
import type { ModelMessage, ToolSpec } from "../model.ts";

/** Those of the daemon: that the model's calls fit their schemas is what is tested. */
const tools = new Map(
  [...fileTools(new FileMemory()), ...runTools(noBackground), ...webTools, ...talkTools].map((
    tool,
  ) => [tool.name, tool]),
);
export const TOOL_NAMES: readonly string[] = [...tools.keys()];
/** What is offered where there is no folder. */
export const TALKING: readonly string[] = namesOf(["web", "talk"]);
/** What is offered in modes that only look. */
export const LOOKING: readonly string[] = namesOf(["web", "talk", "read"]);

function namesOf(effects: readonly ToolEffect[]): string[] {
  return [...tools.values()].filter(({ effect }) => effects.includes(effect)).map(({ name }) => name);
}

function noBackground(): never {
  throw new TypeError("a tool was run here");
}

export function specsOf(names: readonly string[]): ToolSpec[] {
  return [...tools.values()].filter(({ name }) => names.includes(name)).map(specOf);
}

/** More answers than any script takes. */
const MAX_ANSWERS = 20;

export interface DemoWorld {
  files: Record<string, string>;
  offered: readonly string[];
  /** What a tool says in place of its work, having failed. */
  failing: Readonly<Record<string, string | undefined>>;
  messages: ModelMessage[];
}

export function worldOf(world: Partial<DemoWorld> = {}): DemoWorld {
  return { files: {}, offered: TOOL_NAMES, failing: {}, messages: [], ...world };
}

export interface Conversation {
  /** `read_file a.ts`: the calls of each answer, as the model made them. */
  calls: { name: string; args: Record<string, unknown> }[][];
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
  const made = calls.map((call, i) => ({ id: `${id}_${i}`, ...call }));
  const toolCalls = made.map(({ id, name, args }) => ({ id, name, arguments: JSON.stringify(args) }));
  world.messages.push({ role: "assistant", content: text, toolCalls });
  for (const { id, name, args } of made) {
    const tool = world.offered.includes(name) ? tools.get(name) : undefined;
    if (!tool) throw new Error(`${name} was called and is not offered`);
    tool.args.parse(args);
    const { properties } = specOf(tool).parameters;
    for (const key of Object.keys(args)) assert(Object.hasOwn(Object(properties), key), `${name} has no "${key}"`);
    const failure = world.failing[name];
    const { ok, text } = failure === undefined ? perform(world, name, args) : { ok: false, text: failure };
    world.messages.push({ role: "tool", toolCallId: id, content: text, ok });
  }
  return calls;
}

function perform({ files }: DemoWorld, name: string, args: Record<string, unknown>): { ok: boolean; text: string } {
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
