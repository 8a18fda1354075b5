/**
 * The process in which the client of one MCP server runs: it may start that one program, or connect to that one address,
 * and nothing else. The program itself is not confined: whoever adds a server trusts it.
 */
import { HOST_VARIABLES, type McpServerConfig } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import type { HostOptions } from "../tools/host/host_process.ts";
import type { ServerPlan } from "./mcp_frame.ts";

export interface McpHost {
  options: HostOptions;
  plan: ServerPlan;
}

/** @param env what the daemon has of `HOST_VARIABLES` */
export function mcpHost(config: McpServerConfig, env: Readonly<Record<string, string>>): McpHost {
  const own = Object.entries(env).filter(([name]) => HOST_VARIABLES.some((variable) => variable === name));
  const options = (permission: string): HostOptions => ({
    entry: fileURLToPath(new URL("./host/mcp_host_main.ts", import.meta.url)),
    permissions: [permission],
    env: Object.fromEntries(own),
    ...(env.HOME !== undefined && { cwd: env.HOME }),
  });
  if ("url" in config) {
    const plan: ServerPlan = { kind: "endpoint", ...config };
    return { options: options(`--allow-net=${addressOf(new URL(config.url))}`), plan };
  }
  const inherited = own.filter(([name]) => !name.startsWith("DENO_")); // which are for the host alone [security 8]
  const plan: ServerPlan = { kind: "program", ...config, env: { ...Object.fromEntries(inherited), ...config.env } };
  return { options: options(`--allow-run=${programs(config.command)}`), plan };
}

/** The shell is for ending what the program has started. */
function programs(command: string): string {
  const escaped = command.replaceAll(",", ",,"); // a single comma would begin another program
  return Deno.build.os === "windows" ? escaped : `${escaped},sh`;
}

function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}
