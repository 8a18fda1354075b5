/**
 * Finds the daemon of this user on this machine, by the state file that a running daemon keeps. It holds the token: it is
 * read only if nobody else can have written it, and used only if nobody else can read it.
 */
import { constants } from "node:fs";
import process from "node:process";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Endpoint, EndpointSource } from "../../protocol/client/endpoint.ts";
import { StateFile } from "../../protocol/discovery.ts";
import { stateFiles } from "../../protocol/file_names.ts";

/** Where to look. */
export interface DiscoverOptions {
  /** Opta's folder; `OPTA_HOME`, or `~/.config/opta`, unless given. */
  home?: string;
}

/** There is no daemon to be found, or its state file is not to be trusted. The message says what to do. */
export class DiscoveryError extends Error {
  /** For whoever cannot use `instanceof`. */
  override readonly name = "DiscoveryError";
}

/** Longest state file in bytes: it has nine short fields. */
const MAX_STATE_BYTES = 64 * 1024;

/**
 * The endpoint source for `Session.attach` and `Api`. It reads the file anew at each call, so that a daemon which has
 * restarted is found with its new token and port. It starts no daemon.
 *
 * @returns a source that rejects with {@link DiscoveryError}
 */
export function discover(options: DiscoverOptions = {}): EndpointSource {
  return async (signal) => {
    signal.throwIfAborted();
    const home = options.home ?? process.env.OPTA_HOME ?? join(homedir(), ".config", "opta");
    return endpointOf(await readState(join(home, "daemon")));
  };
}

function endpointOf({ host, port, token }: StateFile): Endpoint {
  return { baseUrl: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, token };
}

async function readState(folder: string): Promise<StateFile> {
  const path = join(folder, stateFiles.state);
  let text: string;
  try {
    await checkFolder(folder);
    // Opened without following a symlink, and looked at through the handle: what is checked is what is read.
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      text = await readFile(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explained(error, path);
  }
  const state = StateFile.safeParse(parseJson(text));
  if (state.success) return state.data;
  throw new DiscoveryError(`Cannot use ${path}: it is not a state file that this version knows. Restart the daemon.`);
}

async function checkFolder(folder: string): Promise<void> {
  const info = await lstat(folder);
  const problem = info.isSymbolicLink()
    ? "is a symlink"
    : !info.isDirectory()
    ? "is not a folder"
    : ownerProblem(info.uid);
  if (problem !== null) throw distrusted(folder, problem);
  if (isPosix() && (info.mode & 0o022) !== 0) throw distrusted(folder, "can be written by others");
}

async function readFile(file: FileHandle, path: string): Promise<string> {
  const info = await file.stat();
  const problem = info.isFile() ? ownerProblem(info.uid) : "is not a file";
  if (problem !== null) throw distrusted(path, problem);
  if (isPosix() && (info.mode & 0o077) !== 0) throw distrusted(path, "can be read by others");
  if (info.size > MAX_STATE_BYTES) throw distrusted(path, "is far too long");
  return await file.readFile({ encoding: "utf8" });
}

function ownerProblem(uid: number): string | null {
  const own = process.getuid?.();
  return own === undefined || own === uid ? null : `belongs to another user (uid ${uid})`;
}

/** Windows has other permissions than modes; a folder of the user's is the user's alone there. */
function isPosix(): boolean {
  return process.getuid !== undefined;
}

function distrusted(path: string, problem: string): DiscoveryError {
  return new DiscoveryError(`Cannot trust ${path}: it ${problem}. Remove it, and start the daemon again.`);
}

function explained(error: unknown, path: string): DiscoveryError {
  if (error instanceof DiscoveryError) return error;
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT") {
    return new DiscoveryError(`Cannot find an Opta daemon: there is no ${path}. Start one with "opta daemon start".`);
  }
  if (code === "ELOOP") return distrusted(path, "is a symlink");
  const why = error instanceof Error ? error.message : String(error);
  return new DiscoveryError(`Cannot read ${path}: ${why}.`, { cause: error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says that it is none
  }
}
