/**
 * What each session has running, from turn to turn: its hosts, its background processes, and what was found in its folders.
 * Of sessions that have nothing running any more, those used last are kept.
 */
import { type EventDraft, OptaError, type Workspace as SessionWorkspace } from "@opta/protocol";
import { ProjectInstructions } from "../context/project_instructions.ts";
import { type ProjectBounds, ProjectRules } from "../permission/project_rules.ts";
import { HostExchange } from "./host_exchange.ts";
import { BackgroundProcesses } from "./run/background_processes.ts";
import { type HostPlans, SessionHosts } from "./session_hosts.ts";
import type { Workspace } from "./tool.ts";

export interface BenchesOptions {
  /** How to start the hosts of a session with these folders. */
  plans(sessionId: string, workspace: Workspace | null): HostPlans;
  /** Adds an event to a session's log, whether a turn runs or not. */
  emit(sessionId: string, draft: EventDraft): void;
  /** Takes known secrets out of what is to be kept. */
  redact?(text: string): string;
  /** Where the search for the settings of a project ends, and which of them the user trusts. */
  projects: ProjectBounds & { isTrusted(path: string, sha256: string): Promise<boolean> };
  /** Called when nothing of a session runs any more: what it was lent goes. Never rejects. */
  cleanUp(sessionId: string): Promise<void>;
}

export interface Bench {
  readonly workspace: Workspace | null;
  readonly hosts: SessionHosts;
  readonly instructions: ProjectInstructions | null;
  readonly projectRules: ProjectRules | null;
  readonly background: BackgroundProcesses;
}

interface KeptBench extends Bench {
  /** Turns that use it: one, or two when a session is read again while its last turn still ends. */
  turns: number;
}

/** Sessions whose bench is kept. Each has the output of its last processes, and a folder for temporary files. */
export const MAX_BENCHES = 64;

export class Benches implements AsyncDisposable {
  readonly #options: BenchesOptions;
  /** In the order of their last use. */
  readonly #kept = new Map<string, KeptBench>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #exchange = new HostExchange();

  constructor(options: BenchesOptions) {
    this.#options = options;
  }

  /** That of a session whose turn begins; with other folders than before it is another one. Kept until it is released. */
  async forTurn(sessionId: string, folders: SessionWorkspace | null): Promise<{ bench: Bench; release(): void }> {
    while (this.#ending.has(sessionId)) await this.#ending.get(sessionId);
    const workspace = workspaceOf(folders);
    const known = this.#kept.get(sessionId);
    const isSame = known !== undefined && hasFolders(known, workspace);
    const bench = isSame ? known : this.#make(sessionId, workspace);
    bench.turns++;
    this.#keep(sessionId, bench);
    if (known && !isSame) await end(known);
    return { bench, release: () => void bench.turns-- };
  }

  /**
   * For what people do beside turns.
   *
   * @throws {OptaError} `conflict` while a turn runs in the folders that the session had before
   */
  async besideTurns(sessionId: string, folders: SessionWorkspace | null): Promise<Bench> {
    const known = this.#kept.get(sessionId);
    if (known && known.turns > 0 && !hasFolders(known, workspaceOf(folders))) {
      throw new OptaError("conflict", "A turn still runs in the former folders of this session. Cancel it, or wait.");
    }
    const { bench, release } = await this.forTurn(sessionId, folders);
    release();
    return bench;
  }

  known(sessionId: string): Bench | undefined {
    return this.#kept.get(sessionId);
  }

  all(): Bench[] {
    return [...this.#kept.values()];
  }

  /** Ends whatever the session has running. */
  clear(sessionId: string): Promise<void> {
    const bench = this.#kept.get(sessionId);
    if (!bench) return this.#ending.get(sessionId) ?? Promise.resolve();
    this.#kept.delete(sessionId);
    const ending = end(bench).then(() => this.#options.cleanUp(sessionId)).finally(() => {
      this.#ending.delete(sessionId);
    });
    this.#ending.set(sessionId, ending);
    return ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const sessionId of [...this.#kept.keys()]) void this.clear(sessionId);
    await Promise.all(this.#ending.values());
  }

  #make(sessionId: string, workspace: Workspace | null): KeptBench {
    const { plans, redact } = this.#options;
    const hosts = new SessionHosts(plans(sessionId, workspace), this.#exchange);
    const emit = (draft: EventDraft) => this.#options.emit(sessionId, draft);
    return {
      workspace,
      hosts,
      background: new BackgroundProcesses({ sessionId, hosts, emit, redact }),
      instructions: workspace && new ProjectInstructions({ workspace, reader: hosts.reader }),
      projectRules: workspace && new ProjectRules({ ...this.#options.projects, hosts, workspace }),
      turns: 0,
    };
  }

  /** As the one used last; idle ones beyond the bound go, except this. */
  #keep(sessionId: string, bench: KeptBench): void {
    this.#kept.delete(sessionId);
    this.#kept.set(sessionId, bench);
    for (const [id, { turns, hosts, background }] of this.#kept) {
      if (this.#kept.size <= MAX_BENCHES) return;
      if (id !== sessionId && turns === 0 && hosts.isIdle && background.isIdle) void this.clear(id);
    }
  }
}

function workspaceOf(folders: SessionWorkspace | null): Workspace | null {
  return folders && { cwd: folders.cwd, roots: [...new Set([folders.cwd, ...folders.dirs])] };
}

function hasFolders(bench: Bench, workspace: Workspace | null): boolean {
  return JSON.stringify(bench.workspace) === JSON.stringify(workspace);
}

async function end({ background, hosts }: Bench): Promise<void> {
  await background[Symbol.asyncDispose]();
  await hosts[Symbol.asyncDispose]();
}
