/** Text of a block as runs, each with what it is: from here on everything is safe for a terminal. Pure. */
import { type Inline, wordsOf } from "@opta/view/markdown";
import { sanitize } from "../../output/sanitize.ts";
import type { Role, Theme } from "../theme.ts";

export interface Run {
  text: string;
  /** From the outermost to the innermost; painted one within another. */
  roles: readonly Role[];
}

export type Line = readonly Run[];

const TAB = "    ";

/** Within a run a line feed is the only control; it begins another line. */
export function cleanText(text: string): string {
  return sanitize(text).replaceAll("\t", TAB).replaceAll(/[\u2028\u2029]/g, " ");
}

export function cleanLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}

export function runsOf(inlines: readonly Inline[], roles: readonly Role[]): Run[] {
  return inlines.flatMap((inline): Run[] => {
    switch (inline.kind) {
      case "text":
        return [{ text: cleanText(inline.text), roles }];
      case "code":
        return [{ text: cleanText(inline.text), roles: [...roles, "code"] }];
      case "break":
        return [{ text: "\n", roles }];
      case "strong":
      case "emphasis":
      case "struck":
        return runsOf(inline.children, [...roles, inline.kind]);
      case "link":
        return linkRuns(inline, roles);
      case "image":
        return imageRuns(inline, roles);
      default:
        return inline satisfies never;
    }
  });
}

/** The address stands behind the words, unless they are the address. */
function linkRuns({ href, children }: Extract<Inline, { kind: "link" }>, roles: readonly Role[]): Run[] {
  const words = wordsOf(children);
  const isAddress = words === href || `mailto:${words}` === href || `http://${words}` === href;
  const shown = runsOf(children, [...roles, "link"]);
  return isAddress ? shown : [...shown, { text: ` (${cleanLine(href)})`, roles: [...roles, "dim"] }];
}

function imageRuns({ href, alt }: Extract<Inline, { kind: "image" }>, roles: readonly Role[]): Run[] {
  const words = alt === "" ? "image" : `image: ${cleanLine(alt)}`;
  return [
    { text: `[${words}]`, roles: [...roles, "link"] },
    ...(href === null ? [] : [{ text: ` (${cleanLine(href)})`, roles: [...roles, "dim" as const] }]),
  ];
}

/** The line as it is written: nothing of one run's style reaches into the next. */
export function paintLine(line: Line, theme: Theme): string {
  return line.map(({ text, roles }) => roles.reduceRight((inner, role) => theme.paint(role, inner), text)).join("");
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}
