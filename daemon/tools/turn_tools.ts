/** What a turn may use of tools, and where that comes from. */
import type { TurnMode, Workspace as SessionWorkspace } from "@opta/protocol";
import type { Instructions } from "../context/instructions.ts";
import type { Rule } from "../permission/rule.ts";
import type { Hosts, Tool, ToolEffect, Workspace } from "./tool.ts";

/** The rules that hold now: of the user's config, of the project's file, and what people have chosen for always. */
export interface PermissionRules {
  rules: readonly Rule[];
  projectRules: readonly Rule[];
  always: readonly Rule[];
}

/** To be disposed of when the turn has ended. */
export interface TurnTools extends Disposable {
  /** By name, in the order in which the model is told of them. */
  readonly offered: ReadonlyMap<string, Tool>;
  readonly workspace: Workspace | null;
  readonly hosts: Hosts;
  /** Asked before each decision: rules may change while a turn runs. */
  rules(signal: AbortSignal): Promise<PermissionRules>;
  /** Keeps what a person has chosen for always, in this workspace. */
  remember(rule: Rule): Promise<void>;
  /** What the project asks of whoever works in it. */
  instructions?(signal: AbortSignal): Promise<Instructions | null>;
  /** For people: what is missing, and why. */
  notices?: readonly string[];
}

/** What is known of a session whose turn begins. */
export interface ToolsRequest {
  sessionId: string;
  mode: TurnMode;
  workspace: SessionWorkspace | null;
  /** Aborts when the turn is to stop: nothing is waited for after that. */
  signal?: AbortSignal;
}

export interface ToolSource {
  open(request: ToolsRequest): Promise<TurnTools>;
  /** Whether a background process of the session is one of this daemon. */
  hasProcess(sessionId: string, processId: string): boolean;
  /** The session is being deleted: ends whatever it has running. What is kept for it stays, for it may be restored. */
  close(sessionId: string): Promise<void>;
  /** The session goes for good: ends whatever it has running, and forgets what was kept for it. Safe to repeat. */
  remove(sessionId: string): Promise<void>;
}

const READING: ReadonlySet<ToolEffect> = new Set(["read", "web", "talk"]);

/** A mode that only reads has no tool that does more, rather than a prompt that asks nicely. */
export function isOffered({ effect }: Tool, mode: TurnMode, hasWorkspace: boolean): boolean {
  if (!hasWorkspace && effect !== "web" && effect !== "talk" && effect !== "mcp") return false;
  return mode === "chat" || mode === "do" || READING.has(effect);
}

/** No tools at all. */
export const noTools: ToolSource = {
  open: () =>
    Promise.resolve({
      offered: new Map(),
      workspace: null,
      hosts: noHosts,
      rules: () => Promise.resolve({ rules: [], projectRules: [], always: [] }),
      remember: () => Promise.resolve(),
      [Symbol.dispose]() {},
    }),
  hasProcess: () => false,
  close: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

const noHost = () => Promise.reject(new TypeError("a tool asked for a host where there is none"));
const noHosts: Hosts = { reader: noHost, searcher: noHost, writer: noHost, runner: noHost, web: noHost };
