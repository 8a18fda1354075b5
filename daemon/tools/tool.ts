/**
 * What a tool is to the daemon: a name, the schema of its arguments, what a person is shown before it runs, and what it does.
 * The daemon itself touches nothing: what a tool does happens in a host (`host/`), which Deno confines.
 */
import type { EventDraft } from "@opta/protocol";
import { z } from "zod";
import type { ToolSpec } from "../model/model.ts";
import type { HostProcess } from "./host/host_process.ts";

/**
 * What a tool does to the world. `read`: looks at the workspace. `edit`: changes files in it. `run`: runs programs.
 * `web`: asks the network. `talk`: concerns the conversation alone. `mcp`: nobody knows, for an MCP server does it. Modes
 * that only read offer `read`, `web` and `talk`.
 */
export type ToolEffect = "read" | "edit" | "run" | "web" | "talk" | "mcp";

/** The folders of a session, as absolute real paths; `cwd` is where relative paths begin, and the first of the roots. */
export interface Workspace {
  cwd: string;
  roots: readonly string[];
}

/** The processes of one session that touch the world. Each is started when it is first asked for. */
export interface Hosts {
  /** Reads the workspace, and nothing else. */
  reader(): Promise<HostProcess>;
  /** Reads the workspace as well, and may run ripgrep in it. It is killed when a pattern takes too long. */
  searcher(): Promise<HostProcess>;
  /** Reads and writes the workspace; keeps checkpoints in its own folder of the state folder. */
  writer(): Promise<HostProcess>;
  /** Runs programs. */
  runner(): Promise<HostProcess>;
  /** Asks the network, and has no files. */
  web(): Promise<HostProcess>;
}

/** A call, and the world that it may use. */
export interface ToolContext {
  sessionId: string;
  turnId: string;
  callId: string;
  /** `null` for a session without folders, as of a web page: then no tool with the effects read, edit and run is offered. */
  workspace: Workspace | null;
  hosts: Hosts;
  /** The turn does without checkpoints (`--no-checkpoints`). */
  noCheckpoints?: boolean;
  /** What a person said, in a call whose preview needs an answer; none when the client could only approve. */
  answer?: string;
  /** Aborts when the turn is to stop: nothing may begin after that. */
  signal: AbortSignal;
  /** Adds an event to the session's log, such as `background.status`. */
  emit(draft: EventDraft): void;
}

/** What came of a call. A tool that cannot do what it is asked for says so in `result`: it is for the model. */
export interface ToolOutcome {
  ok: boolean;
  /** Bounded by `MAX_RESULT_LENGTH`. */
  result: string;
  /** The result is not all there is. */
  truncated?: boolean;
}

/** Longest result of a tool in UTF-16 units: it is in the log, in every client, and in the model's window. */
export const MAX_RESULT_LENGTH = 64 * 1024;

/** What there is to know before a call runs. */
export interface Preview {
  /** What permission rules with a pattern are matched with: the command, the path in the workspace, the URL. */
  subject: string;
  /** When there are several, such as the files of one edit: each of them. A rule must allow all, and may refuse any. */
  subjects?: readonly string[];
  /** For a person: what it will do that the arguments do not show, such as that no sandbox is there. */
  reason?: string;
  /** Unified diff of what it will change. */
  diff?: string;
  /** Asked for even where edits and commands are approved beforehand. */
  isDestructive?: boolean;
  /** It is a question to a person: asked for whatever is approved beforehand, and the answer is in the context of the run. */
  needsAnswer?: boolean;
  /** It cannot be done: told to the model instead of asking anybody. */
  refusal?: string;
}

export interface Tool<A extends object = Record<string, unknown>> {
  name: string;
  /** For the model: what it does, when to use it, its limits. */
  description: string;
  effect: ToolEffect;
  args: z.ZodType<A>;
  /** JSON Schema of the arguments for the model, where `args` does not tell it. */
  parameters?: Record<string, unknown>;
  /** Throws nothing for arguments of the right form; looks, and changes nothing. */
  preview(args: A, context: ToolContext): Promise<Preview> | Preview;
  /** Never rejects but with a `HostError`, which is told to the model. */
  run(args: A, context: ToolContext): Promise<ToolOutcome>;
}

/** A tool whose arguments have been typed; from here on they are checked by its schema and passed on as they are. */
export function defineTool<A extends object>(tool: Tool<A>): Tool {
  return tool as unknown as Tool;
}

/** The tool as a model is told of it. */
export function specOf({ name, description, args, parameters }: Tool): ToolSpec {
  if (parameters) return { name, description, parameters };
  const { $schema: _, ...derived } = z.toJSONSchema(args, { io: "input" });
  return { name, description, parameters: derived };
}
