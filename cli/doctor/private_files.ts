/** Which files of the home folder are Opta's own. The folder may hold others, which are nobody's business. */
import { join } from "node:path";
import { lstatOrNull, type Paths } from "../paths.ts";

/** In the home folder itself. */
const HOME_FILES: readonly string[] = ["config.json", "config.jsonc", "mcp.json", "chat_history.jsonl"];

export interface FoundFile {
  path: string;
  info: Deno.FileInfo;
}

/** All that is there of them, symlinks as such; and what lies beside them. */
export async function privateFiles({ home, stateDir }: Paths): Promise<FoundFile[]> {
  const inFolders = await Promise.all([stateDir, join(home, "profiles"), join(home, "drafts")].map(filesOf));
  const inHome = await filesOf(home);
  const isOwn = ({ path }: FoundFile) => HOME_FILES.some((name) => path === join(home, name)) || isDraft(path);
  return [...inHome.filter(isOwn), ...inFolders.flat()];
}

/** What an interrupted write leaves: `writePrivateFile()`, the daemon's state file, its look at its folder. */
export function isDraft(path: string): boolean {
  const id = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  return new RegExp(`[/\\\\](?:[^/\\\\]+\\.${id}\\.tmp|state\\.json\\.tmp|\\.probe\\.${id})$`).test(path);
}

/** Neither folders nor what is below them. */
async function filesOf(folder: string): Promise<FoundFile[]> {
  const info = await lstatOrNull(folder);
  if (!info?.isDirectory) return [];
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const found = await Promise.all(entries.map(async ({ name }): Promise<FoundFile[]> => {
    const path = join(folder, name);
    const info = await lstatOrNull(path);
    return info && !info.isDirectory ? [{ path, info }] : [];
  }));
  return found.flat().toSorted((a, b) => a.path < b.path ? -1 : 1);
}
