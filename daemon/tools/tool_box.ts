/**
 * All tools of the daemon, and which of them a turn gets: by its mode, and by the folders of its session. Keeps the hosts of
 * each session from turn to turn.
 */
import type { Workspace as SessionWorkspace } from "@opta/protocol";
import type { RuleBook } from "../permission/rule_book.ts";
import { type HostPlans, SessionHosts } from "./session_hosts.ts";
import type { Tool, Workspace } from "./tool.ts";
import { isOffered, type ToolSource, type ToolsRequest, type TurnTools } from "./turn_tools.ts";

export interface ToolBoxOptions {
  tools: readonly Tool[];
  rules: RuleBook;
  /** How to start the hosts of a session with these folders. */
  plans(sessionId: string, workspace: Workspace | null): HostPlans;
}

/** What is kept of a session. */
interface Bench {
  workspace: Workspace | null;
  hosts: SessionHosts;
}

export class ToolBox implements ToolSource, AsyncDisposable {
  readonly #options: ToolBoxOptions;
  readonly #benches = new Map<string, Bench>();

  constructor(options: ToolBoxOptions) {
    this.#options = options;
  }

  async open({ sessionId, mode, workspace }: ToolsRequest): Promise<TurnTools> {
    const { tools, rules } = this.#options;
    const bench = await this.#bench(sessionId, workspace && workspaceOf(workspace));
    const offered = tools.filter((tool) => isOffered(tool, mode, bench.workspace !== null));
    const cwd = bench.workspace?.cwd ?? "";
    return {
      offered: new Map(offered.map((tool) => [tool.name, tool])),
      workspace: bench.workspace,
      hosts: bench.hosts,
      rules: async () => ({ rules: await rules.rules(), projectRules: [], always: await rules.always(cwd) }),
      remember: (rule) => rules.remember(cwd, rule),
    };
  }

  async release(sessionId: string): Promise<void> {
    const bench = this.#benches.get(sessionId);
    this.#benches.delete(sessionId);
    await bench?.hosts[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#benches.keys()].map((sessionId) => this.release(sessionId)));
  }

  /** That of the session; other folders need other hosts. */
  async #bench(sessionId: string, workspace: Workspace | null): Promise<Bench> {
    const known = this.#benches.get(sessionId);
    if (known && JSON.stringify(known.workspace) === JSON.stringify(workspace)) return known;
    const bench = { workspace, hosts: new SessionHosts(this.#options.plans(sessionId, workspace)) };
    this.#benches.set(sessionId, bench);
    await known?.hosts[Symbol.asyncDispose]();
    return bench;
  }
}

function workspaceOf({ cwd, dirs }: SessionWorkspace): Workspace {
  return { cwd, roots: [...new Set([cwd, ...dirs])] };
}
