/** The MCP servers of the user: `mcp.json` in Opta's folder, and the copy of it that the daemon reads. */
import { MCP_FILE, McpFile, type McpServerConfig, McpServerName } from "@opta/protocol";
import { join } from "node:path";
import type { z } from "zod";
import { CliError, ExitCode } from "../exit.ts";
import { changeJsonFile, readJsonFile } from "../json/json_file.ts";
import { ensureFolders, ensurePrivateDir, type Paths } from "../paths.ts";
import { writePrivateFile } from "../private_file.ts";

export type McpServers = Readonly<Record<string, McpServerConfig>>;

/** @throws {CliError} when the file is damaged */
export async function readMcpServers({ home }: Paths): Promise<McpServers> {
  const path = join(home, MCP_FILE);
  const document = await readJsonFile(path);
  if (document === null) return {};
  const file = McpFile.safeParse(document);
  if (file.success) return file.data.servers;
  throw new CliError(`Cannot read ${path}: ${problemOf(file.error)}. Mend it, or remove it to start afresh`);
}

/** Adds one, or changes it, or with `null` forgets it; and tells the daemon, which takes them from its next turn on. */
export async function setMcpServer(paths: Paths, name: string, config: McpServerConfig | null): Promise<void> {
  const after = { ...await readMcpServers(paths), ...(config && { [name]: config }) };
  const file = McpFile.safeParse({ servers: after });
  if (!file.success) throw new CliError(`Cannot keep that: ${problemOf(file.error)}`, ExitCode.usage);
  await ensurePrivateDir(paths.home);
  await changeJsonFile(join(paths.home, MCP_FILE), (document) => {
    const { [name]: _, ...others } = (document.servers ?? {}) as McpServers; // it has been read above, so it is in order
    return { ...document, servers: config ? { ...others, [name]: config } : others };
  });
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
