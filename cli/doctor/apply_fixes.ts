/** Applies what `--fix` may: one repair after the other, as later ones may stand on earlier ones. */
import type { CheckResult } from "./check.ts";
import { messageOf } from "./situation.ts";

export interface AppliedFix {
  /** Of the check. */
  name: string;
  what: string;
  ok: boolean;
  /** Why it could not be done. */
  error?: string;
}

/** Never rejects. */
export async function applyFixes(results: readonly CheckResult[]): Promise<AppliedFix[]> {
  const applied: AppliedFix[] = [];
  for (const { name, fix } of results) {
    if (!fix) continue;
    const { what } = fix;
    try {
      await fix.apply();
      applied.push({ name, what, ok: true });
    } catch (error) {
      applied.push({ name, what, ok: false, error: messageOf(error) });
    }
  }
  return applied;
}
