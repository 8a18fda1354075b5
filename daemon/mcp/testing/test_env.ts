/** What a daemon would have of the variables that its hosts need. */
import { HOST_VARIABLES, type McpServerConfig } from "@opta/protocol";
import { fileURLToPath } from "node:url";

export function testEnv(): Record<string, string> {
  const all = Deno.env.toObject();
  return Object.fromEntries(HOST_VARIABLES.flatMap((name) => all[name] === undefined ? [] : [[name, all[name]]]));
}

/** The server for tests as a program; its cache of modules is that of the tests. */
export function programConfig(env: Record<string, string> = {}): McpServerConfig {
  const entry = fileURLToPath(new URL("./program_server_main.ts", import.meta.url));
  const { DENO_DIR } = Deno.env.toObject();
  const cache: Record<string, string> = DENO_DIR === undefined ? {} : { DENO_DIR };
  return {
    command: Deno.execPath(),
    args: ["run", "-A", "--quiet", "--cached-only", entry],
    env: { ...cache, ...env },
  };
}
