/** Room on the disk: a daemon that cannot write acknowledges nothing. */
import { stateFiles } from "@opta/protocol";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatBytes } from "../output/format_bytes.ts";
import { lstatOrNull, type Paths } from "../paths.ts";
import type { Check, Finding } from "./check.ts";

/** Less than this is gone within a few turns that keep checkpoints. */
const MIN_FREE_BYTES = 64 * 1024 ** 2;
/** The checkpoints of two sessions, at their limit. */
const LOW_FREE_BYTES = 1024 ** 3;

export const checkDisk: Check = {
  name: "disk",
  needsHome: true,
  async look({ paths }) {
    const { bavail, bsize, ffree, files } = await statfs(await existingFolder(paths.home));
    return judgeDisk({ freeBytes: bavail * bsize, isOutOfNodes: files > 0 && ffree === 0 }, await sizesOf(paths));
  },
};

/** Pure. */
export function judgeDisk(
  { freeBytes, isOutOfNodes }: { freeBytes: number; isOutOfNodes: boolean },
  { database, log }: { database: number; log: number },
): Finding {
  const sizes = `database ${formatBytes(database)}, log ${formatBytes(log)}`;
  const free = `${formatBytes(freeBytes)} free; ${sizes}`;
  if (isOutOfNodes) return { status: "failed", detail: `The file system takes no more files; ${sizes}` };
  if (freeBytes < MIN_FREE_BYTES) {
    return { status: "failed", detail: `Only ${free}. Make room: nothing can be stored soon` };
  }
  return freeBytes < LOW_FREE_BYTES ? { status: "warning", detail: `Only ${free}` } : { status: "ok", detail: free };
}

async function sizesOf({ stateDir }: Paths): Promise<{ database: number; log: number }> {
  const sum = async (names: string[]) => {
    const infos = await Promise.all(names.map((name) => lstatOrNull(join(stateDir, name))));
    return infos.reduce((sum, info) => sum + (info?.isFile ? info.size : 0), 0);
  };
  const { database, log } = stateFiles;
  return {
    database: await sum([database, `${database}-wal`]),
    log: await sum([log, `${log}.1`, `${log}.2`, `${log}.3`]), // as many as the daemon keeps
  };
}

/** A home that is not there yet will lie on the file system of the folder above. */
async function existingFolder(path: string): Promise<string> {
  while (await lstatOrNull(path) === null && dirname(path) !== path) path = dirname(path);
  return path;
}
