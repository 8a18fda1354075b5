/** The connection of a host to its one MCP server: made when it is needed, and made again when the server has gone. */
import {
  CALL_LIMIT_MS,
  CONNECT_LIMIT_MS,
  MAX_DESCRIPTION_LENGTH,
  MAX_PAGES,
  MAX_SCHEMA_LENGTH,
  MAX_TOOLS,
} from "../limits.ts";
import type { CallOutcome, Listing, ServerPlan, ServerTool } from "../mcp_frame.ts";
import {
  CallToolResultSchema,
  Client,
  ErrorCode,
  ListToolsResultSchema,
  McpError,
  StreamableHTTPClientTransport,
  type Tool,
  ToolListChangedNotificationSchema,
} from "./sdk.ts";
import { ProgramTransport } from "./program_transport.ts";
import { resultText } from "./result_text.ts";

export class ServerConnection implements AsyncDisposable {
  readonly #version: string;
  #client: Client | null = null;
  #connecting: Promise<Client> | null = null;
  #listing: Listing | null = null;

  /** @param version that we say we are */
  constructor(version: string) {
    this.#version = version;
  }

  /** What the server offers now: asked for again when it has said that it changed. */
  async tools(plan: ServerPlan, signal: AbortSignal): Promise<Listing> {
    return await this.#with(plan, signal, async (client) => this.#listing ??= await this.#list(client, signal));
  }

  async call(plan: ServerPlan, name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<CallOutcome> {
    const request = { method: "tools/call" as const, params: { name, arguments: args } };
    const options = { signal, timeout: CALL_LIMIT_MS, maxTotalTimeout: CALL_LIMIT_MS };
    return await this.#with(
      plan,
      signal,
      async (client) => resultText(await client.request(request, CallToolResultSchema, options)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connecting?.catch(() => {}); // told to whoever asked for it
    const transport = this.#client?.transport;
    // A server that is there for others as well need not keep a session for us.
    if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession().catch(() => {});
    await this.#client?.close();
  }

  /** An error that is no answer of the server, such as a session that it does not know any more, ends the connection. */
  async #with<T>(plan: ServerPlan, signal: AbortSignal, use: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#connected(plan, signal);
    try {
      return await use(client);
    } catch (error) {
      if (!(error instanceof McpError) && !signal.aborted) await client.close();
      throw error;
    }
  }

  #connected(plan: ServerPlan, signal: AbortSignal): Promise<Client> {
    if (this.#client) return Promise.resolve(this.#client);
    return this.#connecting ??= this.#connect(plan, signal).finally(() => this.#connecting = null);
  }

  async #connect(plan: ServerPlan, signal: AbortSignal): Promise<Client> {
    const client = new Client({ name: "opta", version: this.#version });
    const transport = transportOf(plan);
    client.onclose = () => {
      if (this.#client === client) this.#client = this.#listing = null;
    };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (this.#listing = null));
    try {
      await client.connect(transport, { signal, timeout: CONNECT_LIMIT_MS });
    } catch (error) {
      await client.close();
      await transport.close(); // the client forgets one that has ended by itself
      throw new Error(reasonOf(error, transport), { cause: error });
    }
    return this.#client = client;
  }

  async #list(client: Client, signal: AbortSignal): Promise<Listing> {
    const { name = "", version = "" } = client.getServerVersion() ?? {};
    const tools: ServerTool[] = [];
    let cursor: string | undefined;
    if (client.getServerCapabilities()?.tools) {
      for (let page = 0; page < MAX_PAGES && tools.length <= MAX_TOOLS; page++) {
        const params = cursor === undefined ? {} : { cursor };
        const options = { signal, timeout: CONNECT_LIMIT_MS };
        const result = await client.request({ method: "tools/list", params }, ListToolsResultSchema, options);
        tools.push(...result.tools.map(toolOf));
        cursor = result.nextCursor;
        if (cursor === undefined) break;
      }
    }
    const isCut = cursor !== undefined || tools.length > MAX_TOOLS;
    return { server: `${name} ${version}`.trim(), tools: tools.slice(0, MAX_TOOLS), isCut };
  }
}

/** Why there is no connection, with what the program has said of it. */
function reasonOf(error: unknown, transport: ReturnType<typeof transportOf>): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(transport instanceof ProgramTransport)) return message;
  const { exitCode, stderr } = transport;
  const isLate = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
  const what = exitCode === null || isLate ? message : `the program ended with exit code ${exitCode}`;
  return stderr === "" ? what : `${what}: ${stderr}`;
}

function transportOf(plan: ServerPlan) {
  switch (plan.kind) {
    case "program":
      return new ProgramTransport(plan);
    case "endpoint":
      return new StreamableHTTPClientTransport(new URL(plan.url), { requestInit: { headers: plan.headers } });
    default:
      return plan satisfies never;
  }
}

function toolOf({ name, title, description, inputSchema }: Tool): ServerTool {
  const { $schema: _, ...parameters } = inputSchema;
  const isLong = JSON.stringify(parameters).length > MAX_SCHEMA_LENGTH;
  return {
    name,
    description: (description ?? title ?? "").slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed(),
    parameters: isLong ? { type: "object" } : parameters,
  };
}
