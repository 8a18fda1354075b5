import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decide, type PermissionQuestion, strictest } from "./decide.ts";
import { parseRule, type RuleDecision } from "./rule.ts";

function ruled(...texts: [rule: string, decision: RuleDecision][]) {
  return texts.map(([text, decision]) => parseRule(text, decision)!);
}

const command: PermissionQuestion = {
  tool: "run_command",
  subject: "npm test",
  isCommand: true,
  effect: "run",
  isDestructive: false,
  overrides: {},
  rules: [],
  projectRules: [],
  grants: [],
};
const edit: PermissionQuestion = {
  ...command,
  tool: "edit_file",
  subject: "src/a.ts",
  isCommand: false,
  effect: "edit",
};

function kindOf(question: PermissionQuestion): string {
  return decide(question).kind;
}

Deno.test("reading and talking need nobody, the rest is asked for", () => {
  assertEquals((["read", "talk", "edit", "run", "web"] as const).map((effect) => kindOf({ ...edit, effect })), [
    "allow",
    "allow",
    "ask",
    "ask",
    "ask",
  ]);
});

Deno.test("--auto allows edits and nothing else, --dangerous everything that no rule denies", () => {
  assertEquals(kindOf({ ...edit, overrides: { auto: true } }), "allow");
  assertEquals(kindOf({ ...command, overrides: { auto: true } }), "ask");
  assertEquals(kindOf({ ...edit, overrides: { auto: true }, isDestructive: true }), "ask");
  assertEquals(kindOf({ ...command, overrides: { dangerous: true }, isDestructive: true }), "allow");
  const rules = ruled(["run_command: npm *", "deny"]);
  assertEquals(kindOf({ ...command, rules, overrides: { dangerous: true } }), "deny");
});

Deno.test("the rule that says most counts, and of two that say as much the stricter", () => {
  const rules = ruled(["run_command", "ask"], ["run_command: npm *", "allow"], ["run_command: npm publish*", "ask"]);
  assertEquals(kindOf({ ...command, rules }), "allow");
  assertEquals(kindOf({ ...command, rules, subject: "npm publish" }), "ask");
  assertEquals(kindOf({ ...command, rules: ruled(["run_command", "allow"], ["run_command", "ask"]) }), "ask");
});

Deno.test("a destructive command is asked for unless exactly it is allowed", () => {
  const destructive = { ...command, subject: "rm -rf build", isDestructive: true };
  assertEquals(kindOf({ ...destructive, rules: ruled(["run_command", "allow"]) }), "ask");
  assertEquals(kindOf({ ...destructive, rules: ruled(["run_command: rm *", "allow"]) }), "ask");
  assertEquals(kindOf({ ...destructive, grants: ruled(["run_command", "allow"]) }), "ask");
  assertEquals(kindOf({ ...destructive, grants: ruled(["run_command: rm -rf build", "allow"]) }), "allow");
  assertEquals(kindOf({ ...destructive, rules: ruled(["run_command: rm -rf build", "allow"]) }), "allow");
});

Deno.test("what a trusted project allows is allowed, but for what is destructive and what the user denies", () => {
  const projectRules = ruled(["run_command", "ask"], ["run_command: npm *", "allow"], ["run_command: rm *", "allow"]);
  const npm = { ...command, subject: "npm test", projectRules };
  assertEquals(kindOf(npm), "allow");
  assertEquals(kindOf({ ...npm, subject: "npm test; id" }), "ask", "a pattern allows no chain");
  assertEquals(kindOf({ ...npm, subject: "make" }), "ask");
  assertEquals(kindOf({ ...npm, rules: ruled(["run_command: npm test", "ask"]) }), "allow", "it may loosen a question");
  assertEquals(kindOf({ ...npm, rules: ruled(["run_command", "deny"]) }), "deny");
  const exact = ruled(["run_command: rm -rf build", "allow"]);
  assertEquals(
    kindOf({ ...command, subject: "rm -rf build", isDestructive: true, projectRules: exact }),
    "ask",
  );
});

Deno.test("the project's own file can tighten", () => {
  const rules = ruled(["run_command", "allow"]);
  assertEquals(kindOf({ ...command, rules, projectRules: ruled(["run_command", "ask"]) }), "ask");
  assertEquals(kindOf({ ...command, rules, projectRules: ruled(["run_command", "deny"]) }), "deny");
});

Deno.test("what a person chose before holds where no rule asks", () => {
  const grants = ruled(["run_command: npm test", "allow"]);
  assertEquals(kindOf({ ...command, grants }), "allow");
  assertEquals(kindOf({ ...command, grants, subject: "npm run x" }), "ask");
  assertEquals(kindOf({ ...command, grants, rules: ruled(["run_command", "ask"]) }), "ask");
});

Deno.test("where nobody can be asked, a question is a denial that names the flag", () => {
  const unattended = { unattended: true };
  const denied = decide({ ...edit, overrides: unattended });
  assert(denied.kind === "deny");
  assertStringIncludes(denied.message, "--auto");
  const other = decide({ ...command, overrides: { ...unattended, auto: true } });
  assert(other.kind === "deny");
  assertStringIncludes(other.message, "--dangerous");
});

Deno.test("a question is asked whatever is approved, unless a rule denies it or nobody is there", () => {
  const question = { ...command, tool: "ask_user", isCommand: false, effect: "talk", needsAnswer: true } as const;
  const rules = ruled(["ask_user", "allow"]);
  assertEquals(kindOf({ ...question, rules, grants: rules, overrides: { dangerous: true, auto: true } }), "ask");
  assertEquals(kindOf({ ...question, rules: ruled(["ask_user", "deny"]) }), "deny");
  const denied = decide({ ...question, overrides: { unattended: true, dangerous: true } });
  assert(denied.kind === "deny");
  assertStringIncludes(denied.message, "Nobody is there to answer");
});

Deno.test("strictest() lets one thing of many decide for all", () => {
  const rules = ruled(["multi_edit: src/*", "allow"], ["multi_edit: src/secret*", "deny"]);
  const kindFor = (...subjects: string[]) =>
    strictest(subjects.map((subject) => decide({ ...edit, tool: "multi_edit", rules, subject }))).kind;
  assertEquals(kindFor("src/a", "src/b"), "allow");
  assertEquals(kindFor("src/a", "README.md"), "ask");
  assertEquals(kindFor("README.md", "src/secret.ts"), "deny");
});
