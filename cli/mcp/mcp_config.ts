/** The MCP servers of the user: `mcp.json` in Opta's folder, and the copy of it that the daemon reads. */
import { MCP_FILE, McpFile, type McpServerConfig, McpServerName } from "@opta/protocol";
import { join } from "node:path";
import type { z } from "zod";
import { CliError, ExitCode } from "../exit.ts";
import { parseJson } from "../parse_json.ts";
import { ensureFolders, ensurePrivateDir, type Paths } from "../paths.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";

export type McpServers = Readonly<Record<string, McpServerConfig>>;

/** @throws {CliError} when the file is damaged */
export async function readMcpServers({ home }: Paths): Promise<McpServers> {
  const path = join(home, MCP_FILE);
  const text = await readPrivateFile(path);
  if (text === null) return {};
  const file = McpFile.safeParse(parseJson(text));
  if (file.success) return file.data.servers;
  throw new CliError(`Cannot read ${path}: ${problemOf(file.error)}. Mend it, or remove it to start afresh`);
}

/** Writes them down, and tells the daemon, which takes them from its next turn on. */
export async function writeMcpServers(paths: Paths, servers: McpServers): Promise<void> {
  const file = McpFile.safeParse({ servers });
  if (!file.success) throw new CliError(`Cannot keep that: ${problemOf(file.error)}`, ExitCode.usage);
  await ensurePrivateDir(paths.home);
  await writePrivateFile(join(paths.home, MCP_FILE), JSON.stringify(file.data, null, 2) + "\n");
  await publishMcpServers(paths);
}

/** The daemon may read its own folder alone. */
export async function publishMcpServers(paths: Paths): Promise<void> {
  await ensureFolders(paths);
  const file: McpFile = { servers: { ...await readMcpServers(paths) } };
  await writePrivateFile(join(paths.stateDir, MCP_FILE), JSON.stringify(file, null, 2) + "\n");
}

/** @throws {CliError} when it cannot be the name of a server */
export function checkName(name: string): void {
  const problem = McpServerName.safeParse(name).error?.issues[0]?.message;
  if (problem) throw new CliError(`The name ${JSON.stringify(name)} ${problem}, as in "github"`, ExitCode.usage);
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  return issue ? `${issue.path.join(".") || "the file"}: ${issue.message}` : "it has another form";
}
