/**
 * All tools of the daemon, and which of them a turn gets: by its mode, and by the folders of its session. Keeps what each
 * session has running, its hosts and its background processes, from turn to turn.
 */
import { OptaError, type Workspace as SessionWorkspace } from "@opta/protocol";
import type { RuleBook } from "../permission/rule_book.ts";
import type { SessionsWithFiles } from "./files/checkpoints/change_source.ts";
import { type Bench, Benches, type BenchesOptions } from "./benches.ts";
import type { BackgroundProcesses } from "./run/background_processes.ts";
import type { SessionsWithProcesses } from "./run/background_source.ts";
import type { SessionHosts } from "./session_hosts.ts";
import type { Tool } from "./tool.ts";
import { isOffered, type ToolSource, type ToolsRequest, type TurnTools } from "./turn_tools.ts";

export interface ToolBoxOptions extends BenchesOptions {
  /** @param backgroundOf finds the background processes of a session whose turn runs */
  tools(backgroundOf: (sessionId: string) => BackgroundProcesses): readonly Tool[];
  rules: RuleBook;
  /** Tools of others, which end with this box. `notices` say what keeps some from being there; it never rejects. */
  mcp?: AsyncDisposable & { offer(signal: AbortSignal): Promise<{ tools: Tool[]; notices: string[] }> };
  /** @throws {OptaError} when there is no such session */
  workspaceOf(sessionId: string): Promise<SessionWorkspace | null>;
  /** Forgets what the model of a session has read: files were changed behind its back. */
  forgetRead?(sessionId: string): void;
  /** Forgets what is kept of a session beside what it has running. */
  forget(sessionId: string): Promise<void>;
}

export class ToolBox implements ToolSource, SessionsWithProcesses, SessionsWithFiles, AsyncDisposable {
  readonly #options: ToolBoxOptions;
  readonly #tools: readonly Tool[];
  readonly #benches: Benches;

  constructor(options: ToolBoxOptions) {
    this.#options = options;
    this.#benches = new Benches(options);
    this.#tools = options.tools((sessionId) => this.#known(sessionId).background);
  }

  async open({ sessionId, mode, workspace, signal = never }: ToolsRequest): Promise<TurnTools> {
    const { rules, mcp } = this.#options;
    const { bench, release } = await this.#benches.forTurn(sessionId, workspace);
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
      [Symbol.dispose]: release,
    };
  }

  /** The background processes of a session, for a person's client. */
  async of(sessionId: string): Promise<BackgroundProcesses> {
    const bench = await this.#besideTurns(sessionId);
    if (bench.workspace) return bench.background;
    throw new OptaError(
      "invalid_request",
      `Session ${sessionId} has no folder to run commands in. Give it a workspace.`,
    );
  }

  hasProcess(sessionId: string, processId: string): boolean {
    return this.#benches.known(sessionId)?.background.has(processId) ?? false;
  }

  all(): Iterable<BackgroundProcesses> {
    return this.#benches.all().map(({ background }) => background);
  }

  /** The hosts of a session, for what people do with its files beside turns. */
  async hostsOf(sessionId: string): Promise<SessionHosts | null> {
    const bench = await this.#besideTurns(sessionId);
    return bench.workspace && bench.hosts;
  }

  forgetRead(sessionId: string): void {
    this.#options.forgetRead?.(sessionId);
  }

  async close(sessionId: string): Promise<void> {
    await this.#benches.clear(sessionId);
    this.forgetRead(sessionId);
  }

  async remove(sessionId: string): Promise<void> {
    await this.#benches.clear(sessionId);
    await this.#options.forget(sessionId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { mcp } = this.#options;
    await Promise.all([this.#benches[Symbol.asyncDispose](), mcp?.[Symbol.asyncDispose]()]);
  }

  #known(sessionId: string): Bench {
    const bench = this.#benches.known(sessionId);
    if (!bench) throw new TypeError(`Session ${sessionId} has no tools open`);
    return bench;
  }

  async #besideTurns(sessionId: string): Promise<Bench> {
    return await this.#benches.besideTurns(sessionId, await this.#options.workspaceOf(sessionId));
  }
}

const never = new AbortController().signal;
