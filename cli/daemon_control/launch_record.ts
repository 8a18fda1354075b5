/**
 * `launch.json`: with which settings the running daemon was started. The starter writes it, so that a later command that
 * asks for other settings can say so instead of silently using the wrong model server.
 */
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../parse_json.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { describeModelServer, type LaunchFlags, LaunchSettings } from "./launch_settings.ts";

const LaunchRecord = z.object({ daemonId: z.string(), settings: LaunchSettings });

const fileName = "launch.json";

export async function recordLaunch(stateDir: string, daemonId: string, settings: LaunchSettings): Promise<void> {
  await writePrivateFile(join(stateDir, fileName), JSON.stringify({ daemonId, settings }, null, 2) + "\n");
}

/** The settings of the daemon of this id; `null` when they are not known. */
export async function readLaunch(stateDir: string, daemonId: string): Promise<LaunchSettings | null> {
  const text = await readPrivateFile(join(stateDir, fileName));
  const record = LaunchRecord.safeParse(parseJson(text ?? ""));
  return record.data?.daemonId === daemonId ? record.data.settings : null;
}

/** In what the running daemon differs from what is asked for now, for people; `null` when it does not. */
export function launchDifference(running: LaunchSettings, wanted: LaunchSettings, flags: LaunchFlags): string | null {
  const server = [running, wanted].map(({ modelServer }) => describeModelServer(modelServer));
  if (server[0] !== server[1]) return `its model server is ${server[0]}, not ${server[1]}`;
  if (running.provider !== wanted.provider) return `its provider is ${running.provider}, not ${wanted.provider}`;
  if (flags.host !== undefined && running.host !== wanted.host) return `it listens on ${running.host}`;
  if (flags.port !== undefined && running.ports.join() !== wanted.ports.join()) return "it was given another port";
  return null;
}
