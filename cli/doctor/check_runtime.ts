/** The runtime: another Deno than the one that Opta is tested with may work, and may not. */
import type { Check, Finding } from "./check.ts";

/** As the README and CI have it; a test holds them together. */
export const PINNED_DENO = "2.9.5";

export const checkRuntime: Check = { name: "runtime", look: () => judgeRuntime(Deno.version.deno, Deno.build.target) };

/** Pure. */
export function judgeRuntime(version: string, target: string): Finding {
  if (version === PINNED_DENO) return { status: "ok", detail: `Deno ${version}, ${target}` };
  const isOlder = compare(version, PINNED_DENO) < 0;
  const detail =
    `Deno ${version} (${target}) ${isOlder ? "is older than" : "is not"} the ${PINNED_DENO} that Opta is ` +
    `tested with: npm install --global deno@${PINNED_DENO}`;
  return { status: isOlder ? "failed" : "warning", detail };
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.+-]/).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] || 0) - (right?.[i] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
