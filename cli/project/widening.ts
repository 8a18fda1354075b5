/**
 * What of a project's settings would let turns do more than the user's own settings do. That counts only once the user trusts
 * the file; what tightens counts at once. Pure.
 */
import type { TurnMode } from "@opta/protocol";
import type { ProjectConfig, RuleValue } from "./project_config.ts";

export type Rules = Readonly<Record<string, RuleValue>>;

/**
 * The rules that allow something, without those that the user's own rules give already or forbid all the same. That is certain
 * only where one of these covers all of such a rule, and no other says something else about the same tools: what the user makes an
 * exception of, a rule of the project may undo.
 */
export function wideningRules(project: Rules, own: Rules): string[] {
  const ownRules = Object.entries(own).map(([text, value]) => ({ ...partsOf(text), value }));
  return Object.keys(project).filter((text) => {
    if (project[text] !== "allow") return false;
    const rule = partsOf(text);
    const related = ownRules.filter(({ tool }) => mayMeet(tool, rule.tool));
    const [first] = related;
    const isDecided = first !== undefined && first.value !== "ask" &&
      related.every(({ value }) => value === first.value);
    return !(isDecided && related.some((known) => covers(known, rule)));
  });
}

interface RuleParts {
  tool: string;
  pattern: string | null;
}

/** As the daemon takes it apart: see `rule.ts` there. */
function partsOf(text: string): RuleParts {
  const colon = text.indexOf(":");
  if (colon < 0) return { tool: text.trim(), pattern: null };
  return { tool: text.slice(0, colon).trim(), pattern: text.slice(colon + 1).trim() };
}

/** Whether there may be a tool that both are about; a star stands at the end of a name only. */
function mayMeet(a: string, b: string): boolean {
  return isAbout(a, b) || isAbout(b, a);
}

function isAbout(tools: string, tool: string): boolean {
  return tools.endsWith("*") ? tool.startsWith(tools.slice(0, -1)) : tools === tool;
}

function covers(own: RuleParts, rule: RuleParts): boolean {
  return isAbout(own.tool, rule.tool) && (own.pattern === null || own.pattern === rule.pattern);
}

/** A mode that only reads is a restraint, too. */
export function widensMode({ mode }: Pick<ProjectConfig, "mode">, own: TurnMode | undefined): boolean {
  return mode !== undefined && mayChange(mode) && own !== undefined && !mayChange(own);
}

function mayChange(mode: TurnMode): boolean {
  return mode === "chat" || mode === "do";
}
