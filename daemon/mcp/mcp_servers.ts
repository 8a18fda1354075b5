/** The MCP servers of this user, as `mcp.json` of the state folder names them; it is read again when it has changed. */
import { MCP_FILE, McpFile, type McpServerConfig } from "@opta/protocol";
import { join } from "node:path";
import type { Report } from "../session/report.ts";
import type { Tool } from "../tools/tool.ts";
import { TURN_WAIT_MS } from "./limits.ts";
import { McpServer, type Now, type Offer } from "./mcp_server.ts";
import { mcpTools } from "./mcp_tools.ts";

export interface McpServersOptions {
  stateDir: string;
  /** What the daemon has of `HOST_VARIABLES`. */
  env: Readonly<Record<string, string>>;
  report: Report;
  now?: Now;
  /** How long a turn waits for servers that are starting. */
  waitMs?: number;
}

/** The tools of a turn, and for people what is missing of them. */
export interface McpOffer {
  tools: Tool[];
  notices: string[];
}

export class McpServers implements AsyncDisposable {
  readonly #options: McpServersOptions;
  /** By name, each with the text of its configuration. */
  #servers = new Map<string, { config: string; server: McpServer }>();
  #reading: Promise<void> | null = null;
  #version = "";
  readonly #ending = new Set<Promise<void>>();

  constructor(options: McpServersOptions) {
    this.#options = options;
  }

  /** Never rejects, and does not wait for a server that takes long: its tools come with a later turn. */
  async offer(signal: AbortSignal): Promise<McpOffer> {
    await (this.#reading ??= this.#read().finally(() => this.#reading = null));
    const { waitMs = TURN_WAIT_MS } = this.#options;
    const enough = Promise.withResolvers<null>();
    const timer = setTimeout(enough.resolve, waitMs, null);
    const stop = () => enough.resolve(null);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const servers = [...this.#servers.values()].map(({ server }) => server);
    const offers = await Promise.all(servers.map((server) => Promise.race([server.offer(), enough.promise])));
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    const all = servers.map((server, i) => this.#readOffer(server, offers[i] ?? null));
    return { tools: all.flatMap(({ tools }) => tools), notices: all.flatMap(({ notices }) => notices) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reading;
    this.#replace({});
    await Promise.all(this.#ending);
  }

  #readOffer(server: McpServer, offer: Offer | null): McpOffer {
    const { name } = server;
    if (!offer) return { tools: [], notices: [`The MCP server ${name} is still starting: its tools come later.`] };
    switch (offer.kind) {
      case "tools":
        return { tools: mcpTools(server, offer.listing.tools), notices: [] };
      case "failed": {
        if (!offer.isNew) return { tools: [], notices: [] };
        this.#options.report("warning", "An MCP server cannot be used", { server: name, reason: offer.message });
        const notice = `The MCP server ${name} cannot be used: ${offer.message}. Try it with "opta mcp test ${name}".`;
        return { tools: [], notices: [notice] };
      }
      default:
        return offer satisfies never;
    }
  }

  async #read(): Promise<void> {
    const path = join(this.#options.stateDir, MCP_FILE);
    try {
      const { mtime, size, ino } = await Deno.stat(path);
      const version = `${mtime?.getTime()} ${size} ${ino}`;
      if (version === this.#version) return;
      this.#version = version; // also of one that cannot be read, which is said once
      this.#replace(McpFile.parse(JSON.parse(await Deno.readTextFile(path))).servers);
    } catch (error) {
      this.#replace({});
      if (error instanceof Deno.errors.NotFound) this.#version = "";
      else this.#options.report("error", "The MCP servers cannot be read", { path, error: String(error) });
    }
  }

  /** Those that stay as they are go on. */
  #replace(configs: Readonly<Record<string, McpServerConfig>>): void {
    const { env, now = () => performance.now() } = this.#options;
    const before = this.#servers;
    this.#servers = new Map(
      Object.entries(configs).map(([name, value]) => {
        const config = JSON.stringify(value);
        const known = before.get(name);
        if (known?.config === config) return [name, known];
        return [name, { config, server: new McpServer(name, value, env, now) }];
      }),
    );
    const kept = new Set(this.#servers.values());
    for (const entry of before.values()) {
      if (kept.has(entry)) continue;
      const ended = entry.server[Symbol.asyncDispose]().finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
  }
}
