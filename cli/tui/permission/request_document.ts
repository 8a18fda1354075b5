/** A request for permission as a text to scroll in: every line of what will run, exactly, and then why it is asked. Pure. */
import type { Permission } from "@opta/protocol";
import { type BodyLine, bodyOf } from "@opta/view/permission/request_body";
import { showExactly, showLineExactly } from "@opta/view/permission/show_exactly";
import { sanitizeLine } from "../../output/sanitize.ts";
import { documentOf, type Section, type TextDocument } from "../text_document.ts";
import type { Role } from "../theme.ts";

export interface RequestText {
  /** With `rule` at its end. */
  whole: TextDocument;
  /** Without it, for where it stands elsewhere. */
  body: TextDocument;
  /** What a wider answer would cover; `null` when there is none. */
  rule: string | null;
}

export function requestText(request: Permission, cwd: string | null): RequestText {
  const body = bodyOf(request, cwd).map((line): Section => ({
    text: line.text,
    show: showExactly,
    ...withRole(roleOf(line)),
  }));
  const because: Section[] = request.needsAnswer
    ? []
    : [{ text: `because ${sanitizeLine(request.reason)}`, role: "dim", isProse: true }];
  const rule = request.rule === undefined ? null : ruleLine(request.rule);
  const last: Section[] = rule === null ? [] : [{ text: rule, role: "dim", show: (line) => line }];
  return { whole: documentOf([...body, ...because, ...last]), body: documentOf([...body, ...because]), rule };
}

function ruleLine(rule: string): string {
  return `s and a would allow: ${showLineExactly(rule)}`;
}

function withRole(role: Role | undefined): { role?: Role } {
  return role === undefined ? {} : { role };
}

function roleOf({ kind }: BodyLine): Role | undefined {
  switch (kind) {
    case "command":
    case "header":
      return "strong";
    case "added":
    case "removed":
    case "hunk":
      return kind;
    case "argument":
    case "context":
      return undefined;
    default:
      return kind satisfies never;
  }
}
