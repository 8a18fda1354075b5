/** What a request for permission is about, line by line, in full and as it came: whoever shows it makes it safe. Pure. */
import type { Permission } from "@opta/protocol";
import { type DiffLine, readDiff } from "../diff/read_diff.ts";

/** The answers that a question offers. */
export function optionsOf({ args: { options } }: Permission): string[] {
  return Array.isArray(options) ? options.filter((option) => typeof option === "string") : [];
}

export type BodyLine = DiffLine | { kind: "command" | "argument"; text: string };

/** In place of their arguments, changes are shown as what they come to. */
export function bodyOf(request: Permission, cwd: string | null): BodyLine[] {
  const { args, diff, needsAnswer } = request;
  const { question } = args;
  if (needsAnswer && typeof question === "string") {
    const options = optionsOf(request).map((option, i) => `${i + 1}  ${option.replaceAll("\n", " ")}`);
    return [...question.split("\n"), ...options].map((text) => ({ kind: "argument", text }));
  }
  if (diff !== undefined) {
    const path = typeof args["path"] === "string" ? argumentLines("path", args["path"]) : [];
    return [...path, ...readDiff(diff)];
  }
  const { command, ...others } = args;
  if (typeof command !== "string") return Object.entries(args).flatMap(([name, value]) => argumentLines(name, value));
  const all = { ...(cwd !== null && { cwd }), ...others };
  return [
    ...command.split("\n").map((line, i): BodyLine => ({ kind: "command", text: (i === 0 ? "$ " : "  ") + line })),
    ...Object.entries(all).flatMap(([name, value]) => argumentLines(name, value)),
  ];
}

function argumentLines(name: string, value: unknown): BodyLine[] {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  if (!text.includes("\n")) return [{ kind: "argument", text: `${name}: ${text}` }];
  const lines = text.split("\n").map((line): BodyLine => ({ kind: "argument", text: `  ${line}` }));
  return [{ kind: "argument", text: `${name}:` }, ...lines];
}
