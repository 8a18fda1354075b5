/**
 * Tries an MCP server as the daemon would, for `opta mcp test`, which may run without one. Takes `{name, config}` on
 * standard input, and writes what the server offers, or why it does not, on standard output.
 */
import { HOST_VARIABLES, McpServerConfig, McpServerName } from "@opta/protocol";
import { z } from "zod";
import { McpServer } from "./mcp_server.ts";
import { toolNames } from "./mcp_tools.ts";

const Request = z.object({ name: McpServerName, config: McpServerConfig });

const { name, config } = Request.parse(await new Response(Deno.stdin.readable).json());
const env = HOST_VARIABLES.flatMap((variable) => {
  const value = Deno.env.get(variable);
  return value === undefined ? [] : [[variable, value] as const];
});
await using server = new McpServer(name, config, Object.fromEntries(env), () => performance.now());
const offer = await server.offer();
if (offer.kind === "failed") {
  console.log(JSON.stringify({ ok: false, message: offer.message }));
} else {
  const { listing } = offer;
  const names = toolNames(name, listing.tools.map((tool) => tool.name));
  const tools = listing.tools.map(({ description }, i) => ({ name: names[i], description }));
  console.log(JSON.stringify({ ok: true, server: listing.server, tools, isCut: listing.isCut }));
}
