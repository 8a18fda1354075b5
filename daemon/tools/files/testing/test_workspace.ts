/** A workspace of temporary folders with its hosts, and calls of the file tools as a turn makes them. */
import { join } from "node:path";
import { HostError, type HostOptions, HostProcess } from "../../host/host_process.ts";
import type { Hosts, Preview, Tool, ToolContext, ToolOutcome } from "../../tool.ts";
import { FileMemory } from "../file_memory.ts";
import { fileTools } from "../file_tools.ts";
import { type FilesHostOptions, readerHost, searchHost, writerHost } from "../files_host.ts";

export interface TestOptions {
  /** Folders of the session beside `work`, as names. */
  otherRoots?: string[];
  /** The home folder is the workspace, and Opta's folder lies in it. */
  worksAtHome?: boolean;
  searchLimitMs?: number;
  /** The host that searches is given the PATH. */
  hasRipgrep?: boolean;
}

type Call = Partial<Pick<ToolContext, "callId" | "turnId" | "noCheckpoints" | "signal">>;

export class TestWorkspace implements AsyncDisposable {
  readonly memory = new FileMemory();
  readonly hostOptions: FilesHostOptions;
  readonly hosts: Hosts;
  readonly #tools: Map<string, Tool>;
  readonly #running = new Map<string, HostProcess>();
  #calls = 0;

  /** @param folder holds `work`, `outside` and Opta's own folder */
  private constructor(readonly folder: string, options: TestOptions) {
    const home = options.worksAtHome ? join(folder, "work") : join(folder, "home");
    const optaHome = join(home, ".config", "opta");
    const roots = ["work", ...options.otherRoots ?? []].map((name) => join(folder, name));
    const { HOME = "", DENO_DIR, PATH = "" } = Deno.env.toObject();
    this.hostOptions = {
      workspace: { cwd: join(folder, "work"), roots },
      sessionId: "s1",
      optaHome,
      stateDir: join(optaHome, "daemon"),
      home,
      env: { HOME, ...(DENO_DIR && { DENO_DIR }) },
    };
    const path = options.hasRipgrep ? PATH : null;
    const none = () => Promise.reject(new HostError("the file tools ask for no such host"));
    this.hosts = {
      reader: () => this.#host("reader", readerHost(this.hostOptions)),
      searcher: () => this.#host("searcher", searchHost({ ...this.hostOptions, path })),
      writer: () => this.#host("writer", writerHost(this.hostOptions)),
      runner: none,
      web: none,
    };
    const tools = fileTools(this.memory, { searchLimitMs: options.searchLimitMs });
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  static async create(options: TestOptions = {}): Promise<TestWorkspace> {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-files-" }));
    const workspace = new TestWorkspace(folder, options);
    const { stateDir, workspace: { roots } } = workspace.hostOptions;
    for (const path of [join(folder, "outside"), stateDir, ...roots]) await Deno.mkdir(path, { recursive: true });
    return workspace;
  }

  /** A path in the working folder. */
  path(...names: string[]): string {
    return join(this.folder, "work", ...names);
  }

  /** A path beside it. */
  outside(...names: string[]): string {
    return join(this.folder, "outside", ...names);
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(join(this.path(name), ".."), { recursive: true });
      await Deno.writeFile(this.path(name), typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
  }

  async read(name: string): Promise<string> {
    return await Deno.readTextFile(this.path(name));
  }

  preview(tool: string, args: object, call: Call = {}): Promise<Preview> {
    const { checked, context, found } = this.#prepare(tool, args, call);
    return Promise.resolve(found.preview(checked, context));
  }

  run(tool: string, args: object, call: Call = {}): Promise<ToolOutcome> {
    const { checked, context, found } = this.#prepare(tool, args, call);
    return found.run(checked, context);
  }

  /** As a turn does it: what the preview refuses is not run. */
  async call(tool: string, args: object, call: Call = {}): Promise<ToolOutcome> {
    const callId = `c${++this.#calls}`;
    const { refusal } = await this.preview(tool, args, { callId, ...call });
    return refusal === undefined ? await this.run(tool, args, { callId, ...call }) : { ok: false, result: refusal };
  }

  /** Starts a host that ends with the workspace. */
  start(options: HostOptions): Promise<HostProcess> {
    return this.#host(crypto.randomUUID(), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#running.values()) await host[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  #host(name: string, options: HostOptions): Promise<HostProcess> {
    const known = this.#running.get(name);
    const host = known?.isAlive ? known : new HostProcess(options);
    this.#running.set(name, host);
    return Promise.resolve(host);
  }

  #prepare(name: string, args: object, call: Call) {
    const found = this.#tools.get(name);
    if (!found) throw new TypeError(`there is no tool ${name}`);
    const context: ToolContext = {
      sessionId: this.hostOptions.sessionId,
      turnId: "t1",
      callId: "c0",
      workspace: this.hostOptions.workspace,
      hosts: this.hosts,
      signal: new AbortController().signal,
      emit: () => {},
      ...call,
    };
    return { found, context, checked: found.args.parse(args) };
  }
}
