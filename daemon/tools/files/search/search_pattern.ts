/** What is looked for in a line, as JavaScript and as ripgrep understand it. Pure. */
import { Refusal } from "../host/refusal.ts";
import { ripgrepPattern } from "./ripgrep_pattern.ts";

export interface SearchPattern {
  expression: RegExp;
  /** Matches all that `expression` does, perhaps more; `null` when it cannot be said in the language of ripgrep. */
  forRipgrep: string | null;
  ignoreCase: boolean;
}

export interface PatternOptions {
  isLiteral: boolean;
  ignoreCase: boolean;
}

/** @throws {Refusal} when it is no pattern */
export function compilePattern(pattern: string, { isLiteral, ignoreCase }: PatternOptions): SearchPattern {
  const source = isLiteral ? pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&") : pattern;
  const flags = ignoreCase ? "i" : "";
  try {
    return { expression: new RegExp(source, flags + "u"), forRipgrep: ripgrepPattern(source), ignoreCase };
  } catch {
    // Without the flag more is allowed, such as a backslash before any character, but not all of it means the same.
  }
  try {
    return { expression: new RegExp(source, flags), forRipgrep: null, ignoreCase };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`The pattern is no regular expression (${reason}). Mend it, or set literal`);
  }
}
