/** How much the daemon keeps on the disk beside its database. */
import { type DiskSizes, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { OLD_LOGS_KEPT } from "./log_file.ts";

/** Files of checkpoints that are counted: some hundred milliseconds of work. Who has more is told "at least". */
const MAX_COUNTED_FILES = 20_000;

export async function readDiskSizes(stateDir: string, maxFiles: number = MAX_COUNTED_FILES): Promise<DiskSizes> {
  const log = join(stateDir, stateFiles.log);
  const logs = [log, ...Array.from({ length: OLD_LOGS_KEPT }, (_, i) => `${log}.${i + 1}`)];
  const logSizes = await Promise.all(logs.map(sizeOf));
  const checkpoints = { bytes: 0, files: 0, isWhole: true };
  for await (const path of filesIn(join(stateDir, "checkpoints"))) {
    if (checkpoints.files === maxFiles) {
      checkpoints.isWhole = false;
      break;
    }
    checkpoints.files++;
    checkpoints.bytes += await sizeOf(path);
  }
  return { logBytes: logSizes.reduce((sum, size) => sum + size), checkpoints };
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) yield* filesIn(path);
      else if (isFile) yield path;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // none was made yet, or its session was deleted meanwhile
  }
}

/** What is gone by now takes no room. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
