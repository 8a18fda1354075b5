/**
 * Finds the running daemon: the state file says where, the daemon itself says whether it is still the one that wrote
 * it. A file that was left behind, or names a process that is gone, is the same as no daemon; the next start replaces it.
 * One that was damaged or removed under a living daemon is restored from the record of the launch.
 */
import { CONTRACT, Health, StateFile, stateFiles, VERSION } from "@opta/protocol";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { readBounded } from "../read_bounded.ts";
import { contractProblem, daemonIsNewer, isNewerRelease } from "./contract.ts";
import { readLaunch } from "./launch_record.ts";
import { authority } from "./launch_settings.ts";

/** How long a daemon may take to say that it is alive: a healthy one needs a few milliseconds. */
const HEALTH_TIMEOUT_MS = 2_000;
/** In characters: a health answer has less than a thousand, and what has more comes from anybody's port. */
export const MAX_HEALTH_LENGTH = 64 * 1024;

export interface RunningDaemon {
  kind: "running";
  state: StateFile;
  health: Health;
}

export type FoundDaemon =
  | RunningDaemon
  /** It lives, and speaks another contract; `problem` says which side to upgrade. */
  | { kind: "mismatch"; state: StateOutline; problem: string; daemonIs: "older" | "newer" }
  /** `reason` says what was found instead. */
  | { kind: "absent"; reason: string };

/** What a state file of a later release is hoped to have still: enough to ask its daemon. */
const StateOutline = z.object({
  pid: z.number().int().positive(),
  daemonId: z.string(),
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  version: z.string(),
  startedAt: z.string().catch(""),
});
export type StateOutline = z.infer<typeof StateOutline>;

/** Every version of the contract has these. */
const Introduction = z.object({
  daemonId: z.string(),
  version: z.string(),
  contract: z.object({ name: z.string(), version: z.number() }),
});

export async function findDaemon(stateDir: string, signal?: AbortSignal): Promise<FoundDaemon> {
  const stated = await readState(stateDir);
  if (stated.kind === "state") return await identify(stated.state, signal);
  if (stated.kind === "later") return await identifyLater(stated, signal); // its file is not ours to repair
  const record = await readLaunch(stateDir);
  const found = record && await identify(record.state, signal);
  if (!found || found.kind === "absent") return stated;
  const repaired = JSON.stringify(found.state, null, 2) + "\n";
  await writePrivateFile(join(stateDir, stateFiles.state), repaired).catch(() => {}); // it was found all the same
  return found;
}

/** Asks the address of a state file whether its daemon still lives there. Changes nothing. */
export async function identify(state: StateFile, signal?: AbortSignal): Promise<FoundDaemon> {
  const answer = await introduce(state, signal);
  if (answer.kind !== "met") return answer;
  const health = Health.safeParse(answer.body);
  if (health.success) return { kind: "running", state, health: health.data };
  const { version } = answer;
  const daemonIs = isNewerRelease(version) ? "newer" : "older";
  const remedy = daemonIs === "newer" ? `upgrade opta to ${version}` : 'replace it with "opta daemon restart"';
  const expected = `${CONTRACT.name}@${CONTRACT.version}`;
  const problem = `The health answer of the daemon (${version}) is not that of ${expected}: ${remedy}`;
  return { kind: "mismatch", state, problem, daemonIs };
}

/** The same for a state file that this release cannot read: its daemon is of no use here, whatever it speaks. */
async function identifyLater({ outline, reason }: LaterState, signal?: AbortSignal): Promise<FoundDaemon> {
  if (outline === null) return { kind: "absent", reason };
  const answer = await introduce(outline, signal);
  return answer.kind === "met" ? { kind: "mismatch", state: outline, problem: reason, daemonIs: "newer" } : answer;
}

/** What answers there, if it is the daemon of the state file and speaks the contract. */
async function introduce<S extends StateOutline>(
  state: S,
  signal?: AbortSignal,
): Promise<{ kind: "met"; body: unknown; version: string } | Exclude<FoundDaemon, RunningDaemon>> {
  const answer = await askHealth(state, signal);
  if (answer.kind === "absent") return answer;
  const { data } = Introduction.safeParse(answer.body);
  if (data?.daemonId !== state.daemonId) {
    return { kind: "absent", reason: `${baseUrl(state)} is answered by something else; the state file is old` };
  }
  const problem = contractProblem(data.contract, data.version);
  if (!problem) return { kind: "met", body: answer.body, version: data.version };
  return { kind: "mismatch", state, problem, daemonIs: daemonIsNewer(data.contract) ? "newer" : "older" };
}

/** A state file that a later release wrote, and that this one cannot read; `reason` says so. */
interface LaterState {
  kind: "later";
  outline: StateOutline | null;
  reason: string;
}

/** What the state file says, whether or not that daemon still lives. */
export async function readState(
  stateDir: string,
): Promise<{ kind: "state"; state: StateFile } | LaterState | { kind: "absent"; reason: string }> {
  const text = await readPrivateFile(join(stateDir, stateFiles.state));
  if (text === null) return { kind: "absent", reason: "there is no state file" };
  const content = parseJson(text);
  const state = StateFile.safeParse(content);
  if (state.success) return { kind: "state", state: state.data };
  const { data: written } = z.object({ version: z.string() }).safeParse(content);
  if (written && isNewerRelease(written.version)) {
    const reason =
      `The state file was written by opta ${written.version}, which is newer than this one (${VERSION}): ` +
      "upgrade opta";
    return { kind: "later", outline: StateOutline.safeParse(content).data ?? null, reason };
  }
  return { kind: "absent", reason: "the state file is damaged; the next start replaces it" };
}

export function baseUrl(state: Pick<StateFile, "host" | "port">): string {
  return `http://${authority(state.host, state.port)}`;
}

type HealthAnswer = { kind: "answer"; body: unknown } | { kind: "absent"; reason: string };

/** No token goes along: until the answer has been checked, it may be anybody's port. */
async function askHealth(state: StateOutline, signal?: AbortSignal): Promise<HealthAnswer> {
  const timeout = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
  try {
    const response = await fetch(`${baseUrl(state)}/v3/health`, {
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { kind: "answer", body: parseJson(await readBounded(response, MAX_HEALTH_LENGTH) ?? "") };
  } catch {
    signal?.throwIfAborted();
    const what = timeout.aborted ? "does not answer" : "cannot be reached; it has ended without a clean stop";
    return { kind: "absent", reason: `the daemon of the state file (pid ${state.pid}, ${baseUrl(state)}) ${what}` };
  }
}
