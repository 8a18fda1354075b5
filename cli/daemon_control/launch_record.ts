/**
 * `launch.json`: the daemon that was started last, and with which settings. The starter writes it. By the settings a later
 * command that asks for others can say so, instead of silently using the wrong model server; by the rest a daemon is found
 * whose state file has been damaged or removed.
 */
import { StateFile } from "@opta/protocol";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { describeModelServer, type LaunchFlags, LaunchSettings } from "./launch_settings.ts";

const LaunchRecord = z.object({ state: StateFile, settings: LaunchSettings });
export type LaunchRecord = z.infer<typeof LaunchRecord>;

const fileName = "launch.json";

export async function recordLaunch(stateDir: string, record: LaunchRecord): Promise<void> {
  await writePrivateFile(join(stateDir, fileName), JSON.stringify(record, null, 2) + "\n");
}

/** `null` when there is no record, or it is damaged. Its daemon need not live any more. */
export async function readLaunch(stateDir: string): Promise<LaunchRecord | null> {
  const text = await readPrivateFile(join(stateDir, fileName));
  return LaunchRecord.safeParse(parseJson(text ?? "")).data ?? null;
}

/** The settings of the daemon of this id; `null` when they are not known. */
export async function readLaunchSettings(stateDir: string, daemonId: string): Promise<LaunchSettings | null> {
  const record = await readLaunch(stateDir);
  return record?.state.daemonId === daemonId ? record.settings : null;
}

/** In what the running daemon differs from what is asked for now, for people; `null` when it does not. */
export function launchDifference(running: LaunchSettings, wanted: LaunchSettings, flags: LaunchFlags): string | null {
  const server = [running, wanted].map(({ modelServer }) => describeModelServer(modelServer));
  if (server[0] !== server[1]) return `its model server is ${server[0]}, not ${server[1]}`;
  if (running.provider !== wanted.provider) return `its provider is ${running.provider}, not ${wanted.provider}`;
  if (running.model !== wanted.model) return `its model is ${named(running.model)}, not ${named(wanted.model)}`;
  if (flags.host !== undefined && running.host !== wanted.host) return `it listens on ${running.host}`;
  if (flags.port !== undefined && running.ports.join() !== wanted.ports.join()) return "it was given another port";
  return null;
}

function named(model: string | undefined): string {
  return model ?? "the server's first";
}
