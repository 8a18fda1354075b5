import { assertEquals } from "@std/assert";
import type { ConfigEntry } from "../config/config.ts";
import type { ProjectConfig } from "./project_config.ts";
import { wideningOf, withProject } from "./project_entries.ts";

const entry = (key: string, value: string, source = "file"): ConfigEntry => ({ key, value, source });

function here(entries: ConfigEntry[], project: Partial<ProjectConfig>, isTrusted = false): string[] {
  const all = withProject(entries, { rules: {}, unknown: [], ...project }, { name: "p", isTrusted });
  return all.map(({ key, value, source }) => `${key}=${value} ${source}`);
}

Deno.test("withProject() puts a project before profile and file, and behind the environment", () => {
  const project = { model: "team", mode: "review" } as const;
  assertEquals(here([entry("model.default", "mine"), entry("turn.mode", "plan", "profile x")], project), [
    "model.default=team project p",
    "turn.mode=review project p",
  ]);
  assertEquals(here([entry("model.default", "mine", "OPTA_MODEL")], { model: "team" }), [
    "model.default=mine OPTA_MODEL",
  ]);
});

Deno.test("withProject() lets a project tighten at once, and widen once it is trusted, but for what the user denies", () => {
  const own = [entry("permissions.a", "allow"), entry("permissions.b", "ask"), entry("permissions.c", "deny")];
  const rules = { a: "deny", b: "allow", c: "allow", d: "allow", e: "ask" } as const;
  assertEquals(here(own, { rules }), [
    "permissions.b=ask file",
    "permissions.c=deny file",
    "permissions.a=deny project p",
    "permissions.e=ask project p",
    "permissions.b=allow project p (not trusted)",
    "permissions.d=allow project p (not trusted)",
  ]);
  assertEquals(here(own, { rules }, true), [
    "permissions.c=deny file",
    "permissions.a=deny project p",
    "permissions.b=allow project p",
    "permissions.d=allow project p",
    "permissions.e=ask project p",
  ]);
});

Deno.test("wideningOf() leaves out what the user's own rules allow or deny already, and counts a mode that may change files", () => {
  const of = (own: ConfigEntry[], rules: ProjectConfig["rules"], mode?: ProjectConfig["mode"]) =>
    wideningOf(own, { rules, unknown: [], ...(mode && { mode }) });
  const rule = { "run_command: ls *": "allow" } as const;
  assertEquals(of([], rule), ["permissions.run_command: ls * = allow"]);
  assertEquals(of([entry("permissions.run_command", "allow")], rule), []);
  assertEquals(of([entry("permissions.run_command: ls *", "allow")], rule), []);
  assertEquals(of([entry("permissions.run_command", "deny")], rule), []);
  const qualified = [entry("permissions.run_command", "allow"), entry("permissions.run_command: ls /*", "ask")];
  assertEquals(of(qualified, rule), ["permissions.run_command: ls * = allow"]);
  assertEquals(of([entry("turn.mode", "plan")], {}, "do"), ["turn.mode = do"]);
  assertEquals(of([entry("turn.mode", "do")], {}, "chat"), []);
  assertEquals(of([], {}, "do"), []);
});

Deno.test("wideningOf() names a rule that undoes an exception of the user's own, however both are written", () => {
  const isNamed = (rule: string, own: Record<string, string>) => {
    const entries = Object.entries(own).map(([key, value]) => entry(`permissions.${key}`, value));
    return wideningOf(entries, { rules: { [rule]: "allow" }, unknown: [] }).length === 1;
  };
  const named: [rule: string, own: Record<string, string>][] = [
    ["run_command: git push*", { run_command: "deny", "run_command: git *": "ask" }],
    ["run_command: git *", { "run_command: git *": "deny", "run_command: git push o*": "ask" }],
    ["run*", { "run*": "allow", "run_command: git push*": "ask" }],
    ["run_command", { run_command: "allow", "run_*: git push*": "ask" }],
    ["run_command: ls", { run_command: "ask" }],
    ["w*", { web_fetch: "allow" }],
    ["run_command", { "run_command: *": "allow" }],
  ];
  for (const [rule, own] of named) assertEquals(isNamed(rule, own), true, `${rule} ${JSON.stringify(own)}`);
  const left: typeof named = [
    ["run_command:git *", { "run_command:  git *": "allow" }],
    ["run_command: git *", { "run*": "allow" }],
    ["run_command", { run_command: "allow", "read_file: secrets/*": "deny", "mcp__*": "deny" }],
    ["run_command", { run_command: "deny", "run_command: rm *": "deny" }],
  ];
  for (const [rule, own] of left) assertEquals(isNamed(rule, own), false, `${rule} ${JSON.stringify(own)}`);
});
