/**
 * The last answers of the daemon, for completions while it does not run or is late: one small file in its state folder, for
 * the user alone. It holds titles of sessions, so whoever deletes a session removes it.
 */
import { join } from "node:path";
import { parseJson } from "../json/parse_json.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { type KnownValues, readKnownValues } from "./known_values.ts";

const CACHE_FILE = "completions.json";

export async function readCache(stateDir: string): Promise<Partial<KnownValues>> {
  return readKnownValues(parseJson(await readPrivateFile(join(stateDir, CACHE_FILE)) ?? ""));
}

/** Writes only what differs, for a Tab is pressed often and a disk takes its time. */
export async function keepInCache(stateDir: string, fresh: Partial<KnownValues>): Promise<void> {
  const before = await readCache(stateDir);
  const after = { ...before, ...fresh };
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    await writePrivateFile(join(stateDir, CACHE_FILE), JSON.stringify(after));
  }
}

export async function forgetCache(stateDir: string): Promise<void> {
  await Deno.remove(join(stateDir, CACHE_FILE)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
