/** An MCP server for tests, made with the library's own server side: it echoes, waits, grows, and leaves things running. */
import { Server } from "@modelcontextprotocol/sdk/server";
// @ts-types="@modelcontextprotocol/sdk/types"
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const NAMES = ["echo", "env", "wait", "waited", "start child", "grow", "fail", "die", "large"];

export interface ServerWorld {
  /** Variables of its environment. */
  env: Readonly<Record<string, string>>;
  /** Starts a child that ignores SIGTERM, and names it. */
  startChild?(): number;
  die?(): void;
}

export function toolServer({ env, startChild, die }: ServerWorld): Server {
  const names = [...NAMES];
  let [begun, cancelled] = [0, 0];
  const server = new Server({ name: "test-server", version: "1.2.3" }, {
    capabilities: { tools: { listChanged: true } },
  });
  const said = (text: string) => ({ content: [{ type: "text" as const, text }] });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const tools = names.map((name) => ({ name, description: `does ${name}`, inputSchema: schemaOf(name) }));
    return params?.cursor === "rest" ? { tools: tools.slice(2) } : { tools: tools.slice(0, 2), nextCursor: "rest" };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args = {} } }, { signal }) => {
    switch (name) {
      case "echo":
        return said(String(args.text));
      case "env":
        return said(Object.keys(env).sort().join(" "));
      case "wait":
        begun++;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        cancelled++;
        return said("never read");
      case "waited":
        return said(`${begun} begun, ${cancelled} cancelled`);
      case "start child":
        return said(String(startChild?.()));
      case "grow":
        names.push("new");
        await server.sendToolListChanged();
        return said("grown");
      case "large":
        return said("x".repeat(200_000));
      case "die":
        die?.();
        return said("alive");
      default:
        return { ...said("It did not work."), isError: true };
    }
  });
  return server;
}

function schemaOf(name: string) {
  if (name !== "echo") return { type: "object" as const };
  return { type: "object" as const, properties: { text: { type: "string" } }, required: ["text"] };
}
