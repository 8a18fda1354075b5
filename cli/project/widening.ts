/**
 * What of a project's settings would let turns do more than the user's own settings do. That counts only once the user trusts
 * the file; what tightens counts at once. Pure.
 */
import type { TurnMode } from "@opta/protocol";
import type { ProjectConfig, RuleValue } from "./project_config.ts";

export type Rules = Readonly<Record<string, RuleValue>>;

/** The rules that allow something, without those that the user's own rules give already or forbid all the same. */
export function wideningRules(project: Rules, own: Rules): string[] {
  return Object.keys(project).filter((rule) => {
    if (project[rule] !== "allow") return false;
    const tool = rule.split(":", 1)[0]!.trim();
    const decided = ownValue(own, rule) ?? ownValue(own, tool);
    if (decided === "deny") return false;
    return decided !== "allow" || isQualified(tool, own);
  });
}

/** A mode that only reads is a restraint, too. */
export function widensMode({ mode }: Pick<ProjectConfig, "mode">, own: TurnMode | undefined): boolean {
  return mode !== undefined && mayChange(mode) && own !== undefined && !mayChange(own);
}

function mayChange(mode: TurnMode): boolean {
  return mode === "chat" || mode === "do";
}

/** Whether other rules of the user's say more about this tool, so that one for all of it does not say everything. */
function isQualified(tool: string, own: Rules): boolean {
  return Object.entries(own).some(([rule, value]) =>
    value !== "allow" && (rule.startsWith(`${tool}:`) || rule.split(":", 1)[0]!.trim().endsWith("*"))
  );
}

function ownValue(rules: Rules, rule: string): RuleValue | undefined {
  return Object.hasOwn(rules, rule) ? rules[rule] : undefined;
}
