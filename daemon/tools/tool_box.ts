/**
 * All tools of the daemon, and which of them a turn gets: by its mode, and by the folders of its session. Keeps what each
 * session has running, its hosts and its background processes, from turn to turn.
 */
import type { EventDraft, Workspace as SessionWorkspace } from "@opta/protocol";
import { OptaError } from "@opta/protocol";
import { ProjectInstructions } from "../context/project_instructions.ts";
import { ProjectRules } from "../permission/project_rules.ts";
import type { RuleBook } from "../permission/rule_book.ts";
import type { SessionsWithFiles } from "./files/checkpoints/change_source.ts";
import { BackgroundProcesses } from "./run/background_processes.ts";
import type { SessionsWithProcesses } from "./run/background_source.ts";
import { type HostPlans, SessionHosts } from "./session_hosts.ts";
import type { Tool, Workspace } from "./tool.ts";
import { isOffered, type ToolSource, type ToolsRequest, type TurnTools } from "./turn_tools.ts";

export interface ToolBoxOptions {
  /** @param backgroundOf finds the background processes of a session whose turn runs */
  tools(backgroundOf: (sessionId: string) => BackgroundProcesses): readonly Tool[];
  rules: RuleBook;
  /** Tools of others, which end with this box. `notices` say what keeps some from being there; it never rejects. */
  mcp?: AsyncDisposable & { offer(signal: AbortSignal): Promise<{ tools: Tool[]; notices: string[] }> };
  /** How to start the hosts of a session with these folders. */
  plans(sessionId: string, workspace: Workspace | null): HostPlans;
  /** Adds an event to a session's log, whether a turn runs or not. */
  emit(sessionId: string, draft: EventDraft): void;
  /** @throws {OptaError} when there is no such session */
  workspaceOf(sessionId: string): Promise<SessionWorkspace | null>;
  /** Called when nothing of a session runs any more: what it was lent goes. */
  cleanUp(sessionId: string): Promise<void>;
  /** Forgets what the model of a session has read: files were changed behind its back. */
  forgetRead?(sessionId: string): void;
  /** Forgets what is kept of a session beside what it has running. */
  forget(sessionId: string): Promise<void>;
}

/** What a session has running. */
interface Bench {
  workspace: Workspace | null;
  hosts: SessionHosts;
  instructions: ProjectInstructions | null;
  projectRules: ProjectRules | null;
  background: BackgroundProcesses;
}

export class ToolBox implements ToolSource, SessionsWithProcesses, SessionsWithFiles, AsyncDisposable {
  readonly #options: ToolBoxOptions;
  readonly #tools: readonly Tool[];
  readonly #benches = new Map<string, Bench>();

  constructor(options: ToolBoxOptions) {
    this.#options = options;
    this.#tools = options.tools((sessionId) => this.#known(sessionId).background);
  }

  async open({ sessionId, mode, workspace, signal = never }: ToolsRequest): Promise<TurnTools> {
    const { rules, mcp } = this.#options;
    const bench = await this.#bench(sessionId, workspace);
    // A mode that only reads gets none of them, so it waits for none.
    const more = mode === "chat" || mode === "do" ? await mcp?.offer(signal) : undefined;
    const all = [...this.#tools, ...more?.tools ?? []];
    const offered = all.filter((tool) => isOffered(tool, mode, bench.workspace !== null));
    const cwd = bench.workspace?.cwd ?? "";
    return {
      offered: new Map(offered.map((tool) => [tool.name, tool])),
      workspace: bench.workspace,
      hosts: bench.hosts,
      rules: async (signal) => ({
        rules: await rules.rules(),
        projectRules: await bench.projectRules?.read(signal) ?? [],
        always: await rules.always(cwd),
      }),
      remember: (rule) => rules.remember(cwd, rule),
      instructions: async (signal) => await bench.instructions?.find(signal) ?? null,
      notices: more?.notices ?? [],
    };
  }

  /** The background processes of a session, for a person's client. */
  async of(sessionId: string): Promise<BackgroundProcesses> {
    const bench = await this.#bench(sessionId, await this.#options.workspaceOf(sessionId));
    if (bench.workspace) return bench.background;
    throw new OptaError(
      "invalid_request",
      `Session ${sessionId} has no folder to run commands in. Give it a workspace.`,
    );
  }

  all(): Iterable<BackgroundProcesses> {
    return [...this.#benches.values()].map(({ background }) => background);
  }

  /** The hosts of a session, for what people do with its files beside turns. */
  async hostsOf(sessionId: string): Promise<SessionHosts | null> {
    const bench = await this.#bench(sessionId, await this.#options.workspaceOf(sessionId));
    return bench.workspace && bench.hosts;
  }

  forgetRead(sessionId: string): void {
    this.#options.forgetRead?.(sessionId);
  }

  async remove(sessionId: string): Promise<void> {
    await this.#clear(sessionId);
    await this.#options.forget(sessionId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { mcp } = this.#options;
    await Promise.all([
      ...[...this.#benches.keys()].map((sessionId) => this.#clear(sessionId)),
      ...(mcp ? [mcp[Symbol.asyncDispose]()] : []),
    ]);
  }

  #known(sessionId: string): Bench {
    const bench = this.#benches.get(sessionId);
    if (!bench) throw new TypeError(`Session ${sessionId} has no tools open`);
    return bench;
  }

  /** That of the session; with other folders it needs other hosts. */
  async #bench(sessionId: string, folders: SessionWorkspace | null): Promise<Bench> {
    const workspace = folders && { cwd: folders.cwd, roots: [...new Set([folders.cwd, ...folders.dirs])] };
    const known = this.#benches.get(sessionId);
    if (known && JSON.stringify(known.workspace) === JSON.stringify(workspace)) return known;
    const hosts = new SessionHosts(this.#options.plans(sessionId, workspace));
    const emit = (draft: EventDraft) => this.#options.emit(sessionId, draft);
    const background = new BackgroundProcesses({ sessionId, hosts, emit });
    const instructions = workspace && new ProjectInstructions({ workspace, reader: hosts.reader });
    const projectRules = workspace && new ProjectRules(hosts, workspace);
    const bench = { workspace, hosts, background, instructions, projectRules };
    this.#benches.set(sessionId, bench);
    if (known) await end(known);
    return bench;
  }

  async #clear(sessionId: string): Promise<void> {
    const bench = this.#benches.get(sessionId);
    this.#benches.delete(sessionId);
    if (!bench) return;
    await end(bench);
    await this.#options.cleanUp(sessionId);
  }
}

const never = new AbortController().signal;

async function end({ background, hosts }: Bench): Promise<void> {
  await background[Symbol.asyncDispose]();
  await hosts[Symbol.asyncDispose]();
}
