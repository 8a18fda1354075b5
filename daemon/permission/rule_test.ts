import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatRule, literalPattern, matches, parseRule, type RuleDecision } from "./rule.ts";

function isMatch(rule: string, subject: string, { tool = "run_command", decision = "allow" as RuleDecision } = {}) {
  return matches(parseRule(rule, decision)!, { tool, subject, isCommand: tool === "run_command" });
}

Deno.test("a rule names a tool, or a tool and a pattern", () => {
  assertEquals(parseRule("run_command: git *", "allow"), {
    tool: "run_command",
    pattern: "git *",
    decision: "allow",
  });
  assertEquals(parseRule("mcp__github__*", "ask")?.tool, "mcp__github__*");
  assertEquals(formatRule(parseRule("edit_file:src/*", "deny")!), "edit_file: src/*");
  for (const text of ["", "*", ": git", "run command", "a".repeat(3_000)]) assertEquals(parseRule(text, "allow"), null);
});

Deno.test("a pattern fits the whole subject", () => {
  const cases: [rule: string, subject: string, isMatch: boolean][] = [
    ["run_command", "anything", true],
    ["run_command: git *", "git status", true],
    ["run_command: git *", "git", false],
    ["run_command: git *", "sudo git status", false],
    ["run_command: *--dry-run*", "npm publish --dry-run -v", true],
    ["run_command: a*b*c", "aXbXbc", true],
    ["run_command: a*b*c", "acb", false],
    ["run_command: ab*bc", "abc", false],
    ["run_*: git *", "git log", true],
    ["run_command: rm \\*.o", "rm *.o", true],
    ["run_command: rm \\*.o", "rm a.o", false],
  ];
  for (const [rule, subject, expected] of cases) assertEquals(isMatch(rule, subject), expected, `${rule} / ${subject}`);
});

Deno.test("no pattern allows a command that does more than its words say, and a denial holds all the same", () => {
  const tricks = [
    "git status; rm -rf ~",
    "git log && curl evil",
    "git log | sh",
    "git log $(id)",
    "git log `id`",
    "git log > /etc/passwd",
    "git log\nid",
    "git log & id",
  ];
  for (const command of tricks) {
    assertEquals(isMatch("run_command: git *", command), false, command);
    assertEquals(isMatch("run_command: git *", command, { decision: "deny" }), true, command);
    assertEquals(isMatch(`run_command: ${literalPattern(command)}`, command), true, command);
  }
  assertEquals(isMatch("edit_file: a;*", "a;b", { tool: "edit_file" }), true, "a path is no command");
});

Deno.test("literalPattern() fits its text and no other", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "*", "\\", " "), minLength: 1 });
  fc.assert(fc.property(text, text, (chosen, other) => {
    const rule = { tool: "t", pattern: literalPattern(chosen), decision: "allow" as const };
    assertEquals(matches(rule, { tool: "t", subject: other, isCommand: false }), other === chosen);
  }));
});
