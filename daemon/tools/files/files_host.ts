/**
 * The processes in which the file tools work, as flags of `deno run`. Deno's permissions are the second wall: they follow
 * symlinks, so that the host itself goes by real paths first (`host/locate.ts`). A process that can run ripgrep is not
 * confined by Deno at all, so searching has a host of its own, which cannot write.
 */
import { createHash } from "node:crypto";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectPlaces } from "../../permission/project_places.ts";
import type { HostOptions } from "../host/host_process.ts";
import type { Workspace } from "../tool.ts";
import { isWithin } from "../is_within.ts";
import { secretPlaces } from "../secret_places.ts";
import type { Scope } from "./scope.ts";

export interface FilesHostOptions {
  workspace: Workspace;
  sessionId: string;
  /** Opta's own folder (`OPTA_HOME`) and the daemon's in it, as real paths. */
  optaHome: string;
  stateDir: string;
  /** The user's home folder, as a real path; `null` when there is none. */
  home: string | null;
  /** What a child of the daemon needs to find its modules: HOME, DENO_DIR and the like. */
  env: Readonly<Record<string, string>>;
}

export interface SearchHostOptions extends FilesHostOptions {
  /** The user's PATH, in which ripgrep is looked for; `null`: without it. */
  path: string | null;
}

/** Reads the workspace, and what says how the project around it is to be treated. */
export function readerHost(options: FilesHostOptions): HostOptions {
  const { workspace: { cwd }, home, optaHome } = options;
  return filesHost(options, null, projectPlaces(cwd, home, optaHome));
}

/** Reads the workspace, and may run ripgrep in it. */
export function searchHost({ path, ...options }: SearchHostOptions): HostOptions {
  const host = filesHost(options, null);
  const safePath = (path ?? "").split(delimiter).filter((folder) => isSafe(folder, options.workspace)).join(delimiter);
  if (safePath === "") return host;
  return {
    ...host,
    permissions: [...host.permissions, "--allow-run=rg"],
    env: { ...host.env, PATH: safePath },
  };
}

/** Reads and writes the workspace, and keeps checkpoints of the session. */
export function writerHost(options: FilesHostOptions): HostOptions {
  return filesHost(options, checkpointFolder(options.stateDir, options.sessionId));
}

/** A session's id may be `..`, or longer than a name of a file. */
export function checkpointFolder(stateDir: string, sessionId: string): string {
  return join(stateDir, "checkpoints", createHash("sha256").update(sessionId).digest("hex").slice(0, 32));
}

/**
 * @param checkpoints of the host that writes; `null`: it only reads
 * @param places that it may read beside the workspace: for itself, as no tool gets there
 */
function filesHost(options: FilesHostOptions, checkpoints: string | null, places: readonly string[] = []): HostOptions {
  const { workspace: { cwd, roots }, optaHome, stateDir, home, env } = options;
  const denied = [optaHome, stateDir, ...(home === null ? [] : secretPlaces(home))];
  const scope: Scope = { cwd, roots: [...roots], denied, checkpoints };
  // The folder of the checkpoints may lie in one that is denied: for Deno the longer path decides.
  const open = [...roots, ...(checkpoints === null ? [] : [checkpoints])];
  const closed = denied.filter((place) => roots.some((root) => isWithin(place, root) || isWithin(root, place)));
  return {
    entry: fileURLToPath(new URL("./files_host_main.ts", import.meta.url)),
    permissions: [
      ...flag("--allow-read", [...open, ...places]),
      ...flag("--deny-read", closed),
      ...(checkpoints === null ? [] : [...flag("--allow-write", open), ...flag("--deny-write", closed)]),
    ],
    env,
    args: [JSON.stringify(scope)],
  };
}

/** The flag without a list would mean everything. */
function flag(name: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${name}=${paths.map((path) => path.replaceAll(",", ",,")).join(",")}`];
}

/** A program in the workspace may have come with a repository: it is not taken for ripgrep. */
function isSafe(folder: string, { roots }: Workspace): boolean {
  return isAbsolute(folder) && !roots.some((root) => isWithin(folder, root));
}
