/** Publishes where the daemon is. Whoever holds the instance lock owns the file, whatever stands in it. */
import { type StateFile, stateFiles } from "@opta/protocol";
import { join } from "node:path";

/** Readers see all of it or nothing; it is readable for this user alone from its first byte. */
export async function writeStateFile(stateDir: string, state: StateFile): Promise<void> {
  const path = join(stateDir, stateFiles.state);
  const draft = `${path}.tmp`;
  await removeIfThere(draft); // left by a crash
  await Deno.writeTextFile(draft, JSON.stringify(state, null, 2) + "\n", { createNew: true, mode: 0o600 });
  await Deno.rename(draft, path);
}

export async function removeStateFile(stateDir: string): Promise<void> {
  await removeIfThere(join(stateDir, stateFiles.state));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
