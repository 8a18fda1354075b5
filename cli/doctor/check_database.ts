/** Whether the database is whole. Only while no daemon has it: that one notices damage by itself. */
import { stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { z } from "zod";
import { whileUnlocked } from "../daemon_control/lock.ts";
import { lstatOrNull } from "../paths.ts";
import type { Check, Finding } from "./check.ts";
import { runEntry } from "./run_entry.ts";

/** Of the look itself, which reads the whole file: several gigabytes from a disk. */
const LOOK_LIMIT_MS = 20_000;

const ENTRY = new URL("./quick_check_main.ts", import.meta.url);
const Complaints = z.array(z.string());

export const checkDatabase: Check = {
  name: "database",
  needsHome: true,
  limitMs: LOOK_LIMIT_MS + 5_000,
  async look(situation, signal) {
    const { stateDir } = situation.paths;
    const path = join(stateDir, stateFiles.database);
    const daemon = await situation.daemon(); // first, for the lock that is taken here is one that it looks at
    if (daemon.kind === "absent" && daemon.command !== null) return heldForNow;
    if (daemon.kind !== "absent" || daemon.lockIsFree === false) return held;
    const info = await lstatOrNull(path);
    if (!info) return { status: "ok", detail: "There is none yet" };
    if (!info.isFile) return { status: "failed", detail: `${path} is no file: move it away` };
    const { promise: finding, resolve } = Promise.withResolvers<Finding>();
    const isUnlocked = await whileUnlocked(stateDir, async () => resolve(await lookThrough(path, stateDir, signal)));
    return isUnlocked ? await finding : held;
  },
};

const held: Finding = {
  status: "skipped",
  detail: 'The daemon holds it, and says in its log when it finds damage. To look through it: "opta daemon stop" first',
};

const heldForNow: Finding = {
  status: "skipped",
  detail: "A command with --no-daemon holds it. To look through it: when that has ended",
};

async function lookThrough(path: string, stateDir: string, signal: AbortSignal): Promise<Finding> {
  const folder = (await Deno.realPath(stateDir)).replaceAll(",", ",,"); // a single one would begin another path
  const limit = AbortSignal.timeout(LOOK_LIMIT_MS);
  const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`]; // SQLite keeps an index of its log beside it
  const result = await runEntry(ENTRY, flags, [path], AbortSignal.any([signal, limit]));
  if (limit.aborted) {
    return { status: "skipped", detail: `It is too large to be looked through within ${LOOK_LIMIT_MS / 1_000} s` };
  }
  const complaints = Complaints.safeParse(result.output).data;
  if (!complaints) return { status: "failed", detail: `It could not be looked through: ${result.stderr}` };
  if (complaints.length === 0) return { status: "ok", detail: "SQLite finds it whole" };
  const detail = `${path} is damaged: ${
    complaints.join("; ")
  }. Keep a copy of it before the next start, and put back a backup`;
  return { status: "failed", detail };
}
