/** The tools of MCP servers as Opta's own: named `mcp__server__tool`, asked for each time, done by the server. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { defineTool, type Tool } from "../tools/tool.ts";
import { MAX_TOOL_NAME_LENGTH } from "./limits.ts";
import type { CallOutcome, ServerTool } from "./mcp_frame.ts";

/** Where calls go. */
export interface ToolServer {
  name: string;
  call(tool: string, args: Record<string, unknown>, signal: AbortSignal): Promise<CallOutcome>;
}

export function mcpTools(server: ToolServer, tools: readonly ServerTool[]): Tool[] {
  const names = toolNames(server.name, tools.map(({ name }) => name));
  return tools.map(({ name, description, parameters }, i) =>
    defineTool({
      name: names[i]!,
      description: description || `${name} of the MCP server ${server.name}`,
      // What a server says of its own tools, such as that one only reads, is no reason to trust it.
      effect: "mcp",
      args: z.record(z.string(), z.unknown()), // the server knows better, and says so
      parameters,
      preview: (args) => ({ subject: JSON.stringify(args), reason: `${name} of the MCP server ${server.name}` }),
      run: (args, { signal }) => server.call(name, args, signal),
    })
  );
}

/** One for each, none twice: letters that model servers refuse are replaced, and long names cut. */
export function toolNames(server: string, tools: readonly string[]): string[] {
  const used = new Set<string>();
  return tools.map((tool) => {
    const plain = `mcp__${server}__${tool.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
    const name = plain.length <= MAX_TOOL_NAME_LENGTH && !used.has(plain)
      ? plain
      : `${plain.slice(0, 55)}_${hash(tool)}`;
    used.add(name);
    return name;
  });
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
