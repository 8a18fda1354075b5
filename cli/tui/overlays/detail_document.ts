/** A tool call, or a thought, in full: arguments, what it changes, and all that came of it. Pure. */
import type { ToolPart } from "@opta/protocol";
import { type DiffLine, readDiff } from "@opta/view/diff";
import { changesOf } from "@opta/view/tool_changes";
import { formatSeconds } from "@opta/view/tool_result";
import { sanitizeLine } from "../../output/sanitize.ts";
import { documentOf, type Section, type TextDocument } from "../text_document.ts";
import type { Role } from "../theme.ts";
import type { DetailItem } from "./detail_items.ts";

/** Arguments of an edit that its diff shows better. */
const shownAsChanges: ReadonlySet<string> = new Set(["content", "edits", "old_string", "new_string"]);

export function detailDocument({ part, request }: DetailItem): TextDocument {
  if (part.kind !== "tool") return documentOf([{ text: part.text, isProse: true }]);
  const changes = request?.diff === undefined ? changesOf(part, request)?.lines ?? [] : readDiff(request.diff);
  const args = Object.entries(part.args).filter(([name]) => changes.length === 0 || !shownAsChanges.has(name));
  const sections = [
    ...headed("How it went", [howItWent(part)]),
    ...headed("Arguments", args.flatMap(([name, value]) => argument(name, value))),
    ...headed("Changes", changes.map(changedLine)),
    ...headed("Result", part.end && part.end.result !== "" ? [{ text: part.end.result }] : []),
    ...(part.end?.truncated ? [{ text: "(the result was cut off here)", role: "warning" as const }] : []),
  ];
  return documentOf(sections.at(-1)?.text === "" ? sections.slice(0, -1) : sections);
}

function howItWent({ end }: ToolPart): Section {
  if (!end) return { text: "it runs", role: "accent" };
  if (end.denied) return { text: "it was not allowed", role: "warning" };
  const time = formatSeconds(end.elapsed);
  return end.ok ? { text: `done in ${time}`, role: "good" } : { text: `failed after ${time}`, role: "bad" };
}

function argument(name: string, value: unknown): Section[] {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2) ?? "";
  const label = sanitizeLine(name);
  return text.includes("\n") ? [{ text: `${label}:`, role: "accent" }, { text }] : [{ text: `${label}: ${text}` }];
}

function changedLine({ kind, text }: Pick<DiffLine, "kind" | "text">): Section {
  const role = roles[kind];
  return role === null ? { text } : { text, role };
}

const roles: Readonly<Record<DiffLine["kind"], Role | null>> = {
  added: "added",
  removed: "removed",
  hunk: "hunk",
  header: "strong",
  context: null,
};

function headed(title: string, sections: readonly Section[]): Section[] {
  return sections.length === 0 ? [] : [{ text: title, role: "heading" }, ...sections, { text: "" }];
}
