/** The server for tests over HTTP, on a free port; it answers only to those who bring its header. */
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { toolServer } from "./tool_server.ts";

export interface HttpServer extends AsyncDisposable {
  url: string;
  /** Those that clients have opened and not closed. */
  readonly sessions: number;
  /** Forgets them, as after a restart. */
  forget(): Promise<void>;
}

export function serveHttp(key: string): HttpServer {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.headers.get("x-key") !== key) return new Response("Bring the key", { status: 401 });
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : transports.get(id);
    if (known) return await known.handleRequest(request);
    if (id !== null) return new Response("No such session", { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (sessionId) => void transports.set(sessionId, transport),
      onsessionclosed: (sessionId) => void transports.delete(sessionId),
    });
    await toolServer({ env: {} }).connect(transport);
    return await transport.handleRequest(request);
  });
  const forget = async () => {
    const all = [...transports.values()];
    transports.clear();
    await Promise.all(all.map((transport) => transport.close()));
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    get sessions() {
      return transports.size;
    },
    forget,
    async [Symbol.asyncDispose]() {
      await forget();
      await server.shutdown();
    },
  };
}
