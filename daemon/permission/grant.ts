/** What a person's "for this session" or "always" covers: shown in the request, so that it is known what is chosen [P5]. */
import type { SessionState } from "@opta/protocol";
import type { ToolEffect } from "../tools/tool.ts";
import { literalPattern, parseRule, type Rule, type RuleTarget } from "./rule.ts";

/**
 * The rule that a wider scope adds. A command is approved as it stands, a page with the other pages of its host, edits and
 * whatever else by the tool.
 */
export function grantFor({ tool, subject }: RuleTarget, effect: ToolEffect): Rule {
  switch (effect) {
    case "run":
      return { tool, pattern: literalPattern(subject), decision: "allow" };
    case "web": {
      const origin = URL.parse(subject)?.origin;
      return { tool, pattern: origin === undefined ? literalPattern(subject) : `${origin}/*`, decision: "allow" };
    }
    case "edit":
    case "read":
    case "talk":
    case "mcp":
      return { tool, pattern: null, decision: "allow" };
    default:
      return effect satisfies never;
  }
}

/** The rules that people have added in this session. */
export function sessionGrants({ permissions }: SessionState): Rule[] {
  return Object.values(permissions).flatMap(({ rule, resolved }) => {
    const isWide = resolved?.decision === "allow" && resolved.scope !== undefined && resolved.scope !== "once";
    const grant = isWide && rule !== undefined ? parseRule(rule, "allow") : null;
    return grant ? [grant] : [];
  });
}
