/**
 * Asks the running daemon, and never starts one. Goes by the state file alone: what is said to another process that has
 * taken the port of a dead daemon is a token that nobody takes any more.
 */
import { join } from "node:path";
import { stateFiles } from "../../protocol/file_names.ts";
import { parseJson } from "../json/parse_json.ts";
import { readPrivateFile } from "../private_file.ts";
import { readBounded } from "../read_bounded.ts";

export interface DaemonAddress {
  origin: string;
  token: string;
}

/** In characters: far more than 200 sessions take. */
const MAX_ANSWER_LENGTH = 2 * 1024 * 1024;

/** `null` when no daemon runs, as far as its file says. */
export async function findAddress(stateDir: string): Promise<DaemonAddress | null> {
  const state = parseJson(await readPrivateFile(join(stateDir, stateFiles.state)) ?? "");
  if (typeof state !== "object" || state === null) return null;
  const { host, port, token } = state as Record<string, unknown>;
  if (typeof host !== "string" || typeof port !== "number" || typeof token !== "string") return null;
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return URL.canParse(origin) ? { origin, token } : null;
}

/** The document at a path; `null` when there is none for us. @throws when it cannot be had, or not in time */
export async function askDaemon({ origin, token }: DaemonAddress, path: string, signal: AbortSignal): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${origin}${path}`, { headers, redirect: "error", signal });
  if (!response.ok) {
    await response.body?.cancel();
    return null;
  }
  return parseJson(await readBounded(response, MAX_ANSWER_LENGTH) ?? "");
}
