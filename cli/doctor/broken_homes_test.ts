/** What `opta doctor` makes of broken homes. The table of them is `testing/broken_homes.ts`. */
import { assertEquals, assertMatch } from "@std/assert";
import { ensureFolders, type Env, resolvePaths } from "../paths.ts";
import { type AppliedFix, applyFixes } from "./apply_fixes.ts";
import type { CheckResult } from "./check.ts";
import { checks } from "./checks.ts";
import { runChecks } from "./run_checks.ts";
import { brokenHomes, type Findings } from "./testing/broken_homes.ts";

/** Another process for what is the same in every home; it has tests of its own. */
const looked = checks.filter(({ name }) => name !== "sandbox");

for (const home of brokenHomes) {
  Deno.test(`opta doctor looks at ${home.name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "opta-doctor-" });
    using open = new DisposableStack();
    try {
      const base: Env = { OPTA_HOME: `${folder}/opta`, OPTA_DAEMON_PORT: "0", OPTA_PROVIDER: "demo" };
      const paths = resolvePaths(base);
      await ensureFolders(paths);
      const env = { ...base, ...await home.break(paths, open) };
      const first = await runChecks(looked, { paths, env });
      assertFindings(first, home.finds);
      const fixes = await applyFixes(first);
      assertEquals(failures(fixes), []);
      assertEquals(fixes.map(({ name }) => name), home.repairs ?? []);
      assertFindings(await runChecks(looked, { paths, env }), home.then ?? {});
      await home.keeps?.(paths);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function failures(fixes: readonly AppliedFix[]): string[] {
  return fixes.flatMap(({ ok, error }) => ok ? [] : [error ?? ""]);
}

/** Nothing else may be wrong. */
function assertFindings(results: readonly CheckResult[], expected: Findings): void {
  for (const { name, status, detail } of results) {
    const [wanted = "ok", pattern = /./] = expected[name] ?? [];
    if (wanted === "ok" && status === "skipped") continue;
    assertEquals([name, status], [name, wanted], detail);
    assertMatch(detail, pattern);
  }
}
