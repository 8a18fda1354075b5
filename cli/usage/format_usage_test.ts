import type { UsageBySource, UsageReport } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import stringWidth from "string-width";
import { colorsFor } from "../output/colors.ts";
import { formatUsage } from "./format_usage.ts";

const plain = colorsFor(false, {});
const none = { turns: 0, promptTokens: 0, completionTokens: 0, toolCalls: 0, elapsedMs: 0 };

function usage(
  counts: { [S in keyof UsageBySource]?: [turns: number, prompt: number, answer: number] },
): UsageBySource {
  const of = (source: keyof UsageBySource) => {
    const [turns, promptTokens, completionTokens] = counts[source] ?? [0, 0, 0];
    return { ...none, turns, promptTokens, completionTokens };
  };
  const estimatedBy = { server: of("estimated"), length: none };
  return {
    reported: of("reported"),
    estimated: { ...of("estimated"), estimatedBy },
    partial: { ...of("partial"), estimatedBy: { server: none, length: none } },
  };
}

function report(by: UsageReport["by"], rows: UsageReport["rows"], totals: UsageBySource, more = false): UsageReport {
  return { by, timeZone: "Europe/Berlin", since: null, until: null, rows, more, totals, complete: true };
}

Deno.test("formatUsage() gives each source of a day a line of its own, numbers to the right", () => {
  const rows = [
    { day: "2026-11-02", ...usage({ reported: [12, 34_567, 8_910], estimated: [2, 100, 20], partial: [1, 0, 5] }) },
    { day: "2026-11-01", ...usage({ reported: [3, 1_200, 400] }) },
  ];
  const totals = usage({ reported: [15, 35_767, 9_310], estimated: [2, 100, 20], partial: [1, 0, 5] });
  const text = formatUsage(report("day", rows, totals), { width: 80, colors: plain });
  assertEquals(
    text,
    `Tokens by day, in the time zone Europe/Berlin

Day         Source     Turns  Prompt  Answer   Total
2026-11-02  reported      12  34,567   8,910  43,477
            estimated      2     100      20     120
            partial        1       0       5       5
2026-11-01  reported       3   1,200     400   1,600

Total       reported      15  35,767   9,310  45,077
            estimated      2     100      20     120
            partial        1       0       5       5

reported: as the model server counted
estimated: nobody counted; the server's estimate
partial: turns that broke off; what is known of them
`,
  );
});

Deno.test("formatUsage() fits the width whatever names and numbers there are, and prints nothing that a terminal obeys", () => {
  const large = usage({ reported: [1_000_000, 999_999_999_999, 1] });
  const rows = [
    { provider: "openai", model: "東京".repeat(40), ...large },
    { provider: "lmx", model: `a\x1b[31m${"b".repeat(100)}`, ...usage({ reported: [1, 1, 1] }) },
    { provider: null, model: null, ...usage({ partial: [1, 0, 0] }) },
  ];
  const text = formatUsage(report("model", rows, large, true), { width: 80, colors: plain });
  for (const line of text.split("\n")) assert(stringWidth(line) <= 80, line);
  assert(!text.includes("\x1b"));
  assertStringIncludes(text, "999,999,999,999");
  assertStringIncludes(text, "(no model)");
  assertStringIncludes(text, "--limit shows more");
});

Deno.test("formatUsage() names sessions by the beginning of their id and their title, the deleted ones together", () => {
  const rows = [
    { sessionId: "sess_12345678-90ab-cdef", title: "A plan", ...usage({ reported: [1, 2, 3] }) },
    { sessionId: null, title: null, ...usage({ reported: [4, 5, 6] }) },
  ];
  const text = formatUsage(report("session", rows, usage({ reported: [5, 7, 9] })), { width: 80, colors: plain });
  assertStringIncludes(text, "sess_12345678 A plan  reported");
  assertStringIncludes(text, "(deleted sessions)");
});

Deno.test("formatUsage() paints for a terminal alone", () => {
  const totals = usage({ reported: [1, 2, 3] });
  const document = report("day", [{ day: "2026-11-02", ...totals }], totals);
  const painted = formatUsage(document, { width: 80, colors: colorsFor(true, {}) });
  assertStringIncludes(painted, "\x1b[1mTokens by day");
});
