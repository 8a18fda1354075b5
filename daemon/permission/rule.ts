/**
 * Permission rules as people write them: a tool, or a tool and a pattern of what it is to touch.
 *
 *     edit_file            every call of the tool
 *     run_command: git *   commands that begin with `git `
 *     mcp__github__*       every tool of an MCP server
 *
 * `*` stands for any text, `\*` for a star and `\\` for a backslash. In the pattern of a command it stands for words only: a command that chains others, substitutes
 * or redirects is matched by no pattern but its exact self, or `git *` would allow `git status; rm -rf ~`.
 */

export type RuleDecision = "allow" | "ask" | "deny";

export interface Rule {
  tool: string;
  /** `null`: whatever it is called with. */
  pattern: string | null;
  decision: RuleDecision;
}

/** What a rule is matched with. */
export interface RuleTarget {
  tool: string;
  /** The command, the path in the workspace, the URL. */
  subject: string;
  /** The subject is a command line. */
  isCommand: boolean;
}

/** Longest pattern: it is matched with backtracking between its stars only. */
export const MAX_RULE_LENGTH = 2_000;

const SHELL_SYNTAX = /[;&|<>`$(){}\n\r\\]/;

/** `null` when the text is no rule. */
export function parseRule(text: string, decision: RuleDecision): Rule | null {
  if (text.length > MAX_RULE_LENGTH) return null;
  const match = /^([A-Za-z][\w.-]*\*?)(?::\s*(\S.*))?$/s.exec(text.trim());
  const [, tool, pattern] = match ?? [];
  return tool === undefined ? null : { tool, pattern: pattern?.trimEnd() ?? null, decision };
}

/** The rule as people write it. */
export function formatRule({ tool, pattern }: Pick<Rule, "tool" | "pattern">): string {
  return pattern === null ? tool : `${tool}: ${pattern}`;
}

export function matches(rule: Rule, target: RuleTarget): boolean {
  const { tool, pattern, decision } = rule;
  if (!fits(tool, target.tool)) return false;
  if (pattern === null || isExactly(rule, target.subject)) return true;
  // To forbid is safe also where it is not certain; to allow is not.
  if (decision === "allow" && target.isCommand && SHELL_SYNTAX.test(target.subject)) return false;
  return fits(pattern, target.subject);
}

/** Whether the rule is about this subject and no other. */
export function isExactly({ pattern }: Rule, subject: string): boolean {
  const runs = pattern === null ? [] : runsOf(pattern);
  return runs.length === 1 && runs[0] === subject;
}

/** The pattern that fits this text and no other. */
export function literalPattern(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}

/** How much a rule says; of two that match, the one that says more counts. */
export function specificity({ tool, pattern }: Rule): number {
  return (pattern === null ? 0 : 1_000_000 + pattern.replaceAll("*", "").length) + tool.replaceAll("*", "").length;
}

/** Linear in the text for each star: every run between two stars is looked for once, from left to right. */
function fits(pattern: string, text: string): boolean {
  const [first = "", ...rest] = runsOf(pattern);
  if (rest.length === 0) return first === text;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const run of rest) {
    const found = text.indexOf(run, at);
    if (found === -1 || found + run.length > end) return false;
    at = found + run.length;
  }
  return true;
}

/** The literal texts between the stars. */
function runsOf(pattern: string): string[] {
  const runs: string[] = [];
  let run = "";
  for (const [token] of pattern.matchAll(/\\[\\*]|[^]/g)) {
    if (token === "*") {
      runs.push(run);
      run = "";
    } else run += token.length === 2 ? token.slice(1) : token;
  }
  return [...runs, run];
}
