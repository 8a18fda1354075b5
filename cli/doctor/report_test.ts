import { assert, assertEquals, assertMatch } from "@std/assert";
import { colorsFor } from "../output/colors.ts";
import { resolvePaths } from "../paths.ts";
import { applyFixes } from "./apply_fixes.ts";
import type { Check, CheckResult } from "./check.ts";
import { doctorDocument, exitCodeOf, formatFixes, formatResults } from "./report.ts";
import { runChecks } from "./run_checks.ts";

const ok: CheckResult = { name: "a", status: "ok", detail: "fine" };
const warning: CheckResult = {
  name: "b",
  status: "warning",
  detail: `something \x1b[2Jodd ${"that takes many words ".repeat(5)}`,
  fix: { what: "mend it", apply: () => Promise.resolve() },
};
const failed: CheckResult = { name: "c", status: "failed", detail: "broken" };
const server: CheckResult = { name: "model server", status: "failed", detail: "gone" };

Deno.test("exitCodeOf() is 0 unless a check failed, 3 for the model server alone, and else 1", () => {
  assertEquals(exitCodeOf([ok, warning, { ...ok, status: "skipped" }]), 0);
  assertEquals(exitCodeOf([ok, server]), 3);
  assertEquals(exitCodeOf([failed, server]), 1);
  assertEquals(exitCodeOf([ok, failed]), 1);
});

Deno.test("doctorDocument() has the checks and, with --fix, what was done", () => {
  const document = JSON.parse(JSON.stringify(doctorDocument([ok, warning], null)));
  assertEquals([document.ok, "fixes" in document], [true, false]);
  assertEquals(document.checks[0], { name: "a", status: "ok", detail: "fine" });
  assertEquals(document.checks[1].fix, { what: "mend it" });
  assertEquals(doctorDocument([failed], []).ok, false);
  assertEquals(doctorDocument([failed], []).fixes, []);
});

Deno.test("formatResults() is a table within its columns, without what a terminal would obey", () => {
  const text = formatResults([ok, warning, failed], colorsFor(false, {}), 80);
  assert(!text.includes("\x1b"));
  for (const line of text.split("\n")) assert(line.length <= 80, line);
  assertMatch(text, /^ok +a {2}fine\nwarning {2}b {2}something odd/);
  assertMatch(text, /3 checks: 1 ok, 1 warning, 1 failed\.\n"opta doctor --fix" would mend it\.\n$/);
  const colored = formatResults([failed], colorsFor(true, { TERM: "xterm" }));
  assertEquals(colored.split("\n")[0], "\x1b[31mfailed\x1b[39m   c  broken");
});

Deno.test("applyFixes() goes on after a repair that fails, and formatFixes() says which", async () => {
  const done: string[] = [];
  const fixing = (name: string, apply: () => Promise<void>): CheckResult => ({
    ...ok,
    name,
    fix: { what: name, apply },
  });
  const fixes = await applyFixes([
    fixing("one", () => Promise.reject(new Error("the disk is gone"))),
    ok,
    fixing("two", () => Promise.resolve(void done.push("two"))),
  ]);
  assertEquals(done, ["two"]);
  assertEquals(fixes.map(({ ok }) => ok), [false, true]);
  assertEquals(formatFixes(fixes), "Could not repair one (one): the disk is gone\nRepaired two: two\n\n");
  assertEquals(formatFixes([]), "Nothing to repair.\n\n");
});

Deno.test("runChecks() makes a finding of a check that hangs or throws, and keeps the order", async () => {
  const stopped = Promise.withResolvers<void>();
  const checks: Check[] = [
    {
      name: "hangs",
      limitMs: 1,
      look: (_, signal) => new Promise(() => signal.addEventListener("abort", () => stopped.resolve(), { once: true })),
    },
    { name: "throws", look: () => Promise.reject(new Error("no such thing")) },
    { name: "is well", look: () => ({ status: "ok", detail: "fine" }) },
  ];
  const progress: number[] = [];
  const paths = resolvePaths({ OPTA_HOME: "/nonexistent/opta" });
  const results = await runChecks(checks, { paths, env: {}, onProgress: (done) => progress.push(done) });
  await stopped.promise;
  assertEquals(results.map(({ name, status }) => `${name} ${status}`), ["hangs failed", "throws failed", "is well ok"]);
  assertMatch(results[0]!.detail, /No result within 0\.001 s/);
  assertEquals(results[1]!.detail, "Cannot look: no such thing");
  assertEquals(progress, [0, 1, 2, 3]);
});
