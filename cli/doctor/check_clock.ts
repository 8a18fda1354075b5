/** The clock: sessions are listed by it, and a session of tomorrow stays at the top. */
import { stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { lstatOrNull } from "../paths.ts";
import type { Check, Finding } from "./check.ts";

/** Before this release was made: a machine without a battery, say. */
const EARLIEST = Date.UTC(2025, 0, 1);
/** Differences below are those of a clock that is being set right. */
const TOLERANCE_MS = 2 * 60_000;

export const checkClock: Check = {
  name: "clock",
  async look(situation) {
    const isUsable = await situation.homeProblem() === null;
    const database = isUsable ? await lstatOrNull(join(situation.paths.stateDir, stateFiles.database)) : null;
    return judgeClock(Date.now(), database?.mtime?.getTime() ?? null);
  },
};

/** Pure. @param lastWriteMs when the database was written last */
export function judgeClock(nowMs: number, lastWriteMs: number | null): Finding {
  const now = new Date(nowMs).toISOString();
  if (nowMs < EARLIEST) return { status: "warning", detail: `It says ${now}, which is long past: set it` };
  if (lastWriteMs !== null && lastWriteMs > nowMs + TOLERANCE_MS) {
    const detail = `It says ${now}, but the database was written ${
      new Date(lastWriteMs).toISOString()
    }: it has gone back`;
    return { status: "warning", detail };
  }
  return { status: "ok", detail: now };
}
