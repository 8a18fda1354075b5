/**
 * Whether a tool call runs, is asked for, or is refused. Pure. The order is the policy:
 *
 *  1. what a rule denies is denied, whoever approves what;
 *  2. a question to a person is asked: no approval is an answer;
 *  3. `--dangerous` approves the rest, for the turn that carries it [P5];
 *  4. something destructive is asked for, unless exactly it is allowed;
 *  5. the rule that says most, of the user's config; the project's own rules can only tighten, and allow no more than the user
 *     has trusted them with: not what is destructive, and never what the user denies;
 *  6. what a person chose before, for this session or always;
 *  7. `--auto` approves edits, for the turn that carries it [P5];
 *  8. reading and talking need nobody; the rest is asked for.
 *
 * What is to be asked for when nobody is there to answer is denied, with the flag that would have allowed it.
 */
import type { TurnOverrides } from "@opta/protocol";
import type { ToolEffect } from "../tools/tool.ts";
import { formatRule, isExactly, matches, type Rule, type RuleTarget, specificity } from "./rule.ts";

export type Decision =
  | { kind: "allow" }
  | { kind: "ask"; reason: string }
  /** `message` is for the model and for people. */
  | { kind: "deny"; message: string };

/** What a decision depends on. */
export interface PermissionQuestion extends RuleTarget {
  effect: ToolEffect;
  isDestructive: boolean;
  /** It is a question to a person. */
  needsAnswer?: boolean;
  overrides: TurnOverrides;
  /** Of the user's config. */
  rules: readonly Rule[];
  /** Of the project's own file. What it allows is among them only when the user trusts that file. */
  projectRules: readonly Rule[];
  /** Chosen by a person in answer to a request, for this session or always. */
  grants: readonly Rule[];
}

export function decide(question: PermissionQuestion): Decision {
  const { tool, effect, isDestructive, overrides, rules, projectRules, grants, subject } = question;
  const applies = (rule: Rule) => matches(rule, question);
  const own = mostSpecific(rules.filter(applies));
  const project = mostSpecific(projectRules.filter(applies));
  const forbidding = [own, project].find((rule) => rule?.decision === "deny");
  if (forbidding) return { kind: "deny", message: `The rule "${formatRule(forbidding)}" of the settings forbids it.` };
  if (question.needsAnswer) {
    return overrides.unattended
      ? { kind: "deny", message: NOBODY_ANSWERS }
      : { kind: "ask", reason: "it needs an answer" };
  }
  if (overrides.dangerous) return { kind: "allow" };
  const isExactlyAllowed = [own, ...grants.filter(applies)].some((rule) =>
    rule?.decision === "allow" && isExactly(rule, subject)
  );
  if (isDestructive && !isExactlyAllowed) return ask(question, "it may destroy something");
  const asking = project?.decision === "allow" ? undefined : [project, own].find((rule) => rule?.decision === "ask");
  if (asking) return ask(question, `the rule "${formatRule(asking)}" of the settings asks for it`);
  if (own?.decision === "allow" || project?.decision === "allow" || grants.some(applies)) return { kind: "allow" };
  if (effect === "read" || effect === "talk" || (effect === "edit" && overrides.auto)) return { kind: "allow" };
  return ask(question, `${tool} ${asks[effect]}`);
}

/** Of a call that touches several things at once: what one of them is denied, all are, and likewise what is asked for. */
export function strictest(decisions: readonly Decision[]): Decision {
  const of = (kind: Decision["kind"]) => decisions.find((decision) => decision.kind === kind);
  return of("deny") ?? of("ask") ?? { kind: "allow" };
}

const NOBODY_ANSWERS = "Nobody is there to answer. Go on without, and say what was assumed.";

const asks: Record<Exclude<ToolEffect, "read" | "talk">, string> = {
  edit: "changes files",
  run: "runs a program",
  web: "asks the network",
  mcp: "uses an MCP server",
};

function ask({ effect, isDestructive, tool, overrides }: PermissionQuestion, reason: string): Decision {
  if (!overrides.unattended) return { kind: "ask", reason };
  const flag = effect === "edit" && !isDestructive ? "--auto allows edits" : "--dangerous allows everything";
  const message = `Not allowed: ${reason}, and nobody is there to approve it. ${flag}, and so does ` +
    `"opta config set permissions.${tool} allow".`;
  return { kind: "deny", message };
}

/** A denial before a question before an approval, where two say as much. */
function mostSpecific(rules: readonly Rule[]): Rule | undefined {
  const strictness = { deny: 2, ask: 1, allow: 0 } as const;
  return rules.toSorted((a, b) =>
    specificity(b) - specificity(a) || strictness[b.decision] - strictness[a.decision]
  )[0];
}
