/** The folders that the tools of a session may touch, as the user names them: where the command was typed, and `--add-dir`. */
import type { Workspace } from "@opta/protocol";
import { CliError, ExitCode } from "./exit.ts";

/** Of a new session. Real paths, for the tools compare with those. */
export async function workspaceHere(addDirs: readonly string[] = []): Promise<Workspace> {
  return { cwd: await Deno.realPath("."), dirs: await foldersOf(addDirs) };
}

/** Of a session that has one already: its folders, and these as well. */
export async function widenWorkspace(workspace: Workspace | null, addDirs: readonly string[]): Promise<Workspace> {
  if (!workspace) return await workspaceHere(addDirs);
  return { ...workspace, dirs: [...new Set([...workspace.dirs, ...await foldersOf(addDirs)])] };
}

/** @throws {CliError} for what is no folder */
async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (const path of paths) {
    const info = await Deno.stat(path).catch(() => null); // whatever is wrong with it, it is no folder to work in
    if (!info?.isDirectory) throw new CliError(`--add-dir ${JSON.stringify(path)} is no folder`, ExitCode.usage);
    folders.push(await Deno.realPath(path));
  }
  return folders;
}
