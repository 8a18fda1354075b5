import { assertEquals } from "@std/assert";
import type { PermissionQuestion } from "./decide.ts";
import { lastingGrant } from "./grant.ts";
import { formatRule, parseRule } from "./rule.ts";

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
const edit: PermissionQuestion = { ...command, tool: "edit_file", subject: "a", isCommand: false, effect: "edit" };

function shown(question: PermissionQuestion, ...others: PermissionQuestion[]): string | null {
  const grant = lastingGrant(question, [question, ...others]);
  return grant && formatRule(grant);
}

Deno.test("lastingGrant() is the command as it stands, the pages of one host, or the tool [P5]", () => {
  assertEquals(shown(command), "run_command: npm test");
  assertEquals(shown({ ...command, subject: "rm -rf *; ls", isDestructive: true }), "run_command: rm -rf \\*; ls");
  assertEquals(
    shown({ ...edit, tool: "web_fetch", effect: "web", subject: "https://a.example/b?c" }),
    "web_fetch: https://a.example/*",
  );
  assertEquals(shown(edit, { ...edit, subject: "b" }), "edit_file");
});

Deno.test("lastingGrant() offers nothing wider than once where it would be asked for again all the same", () => {
  assertEquals(shown({ ...edit, tool: "delete_file", isDestructive: true }), null, "each deletion is asked for");
  assertEquals(shown({ ...command, rules: [parseRule("run_command: npm *", "ask")!] }), null, "a rule asks each time");
  assertEquals(shown({ ...edit, projectRules: [parseRule("edit_*", "ask")!] }), null, "the project asks each time");
  assertEquals(shown({ ...command, needsAnswer: true }), null, "an answer holds once");
  assertEquals(shown({ ...command, subject: "x".repeat(3_000) }), null, "it is too long for a rule");
  assertEquals(shown({ ...command, subject: " npm test\n" }), null, "rules have no spaces around them");
});
