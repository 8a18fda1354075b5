/** The rules of a .gitignore, as git reads them (gitignore(5)). Pure. */
import { compileGlob, type Glob } from "./glob.ts";

export interface IgnoreRule {
  /** `!`: what it matches is not ignored after all. */
  isNegated: boolean;
  isForFolders: boolean;
  /** Matched with the path from the folder of the .gitignore; otherwise with the name alone, at any depth. */
  isAnchored: boolean;
  matches: Glob;
}

/** A longer file has something else in it than rules. */
const MAX_RULES = 10_000;

export function parseIgnore(text: string): IgnoreRule[] {
  return text.replace(/^\ufeff/, "").split(/\r?\n/, MAX_RULES).flatMap(parseRule);
}

/**
 * What the rules say of a path: `null` when nothing. The last rule that matches decides.
 *
 * @param parts the path from the folder of the rules
 */
export function verdict(rules: readonly IgnoreRule[], parts: readonly string[], isFolder: boolean): boolean | null {
  const name = parts.slice(-1);
  const rule = rules.findLast(({ isForFolders, isAnchored, matches }) =>
    (isFolder || !isForFolders) && matches(isAnchored ? parts : name)
  );
  return rule ? !rule.isNegated : null;
}

function parseRule(line: string): IgnoreRule[] {
  if (line.startsWith("#")) return [];
  const isNegated = line.startsWith("!");
  const pattern = withoutTrailingSpaces(isNegated ? line.slice(1) : line);
  const isForFolders = pattern.endsWith("/");
  const path = isForFolders ? pattern.slice(0, -1) : pattern;
  const names = path.replace(/^\//, "").split("/");
  if (names.includes("") || /(?:^|[^\\])(?:\\\\)*\\$/.test(path)) return []; // git matches nothing with it
  return [{
    isNegated,
    isForFolders,
    isAnchored: path.includes("/"),
    matches: compileGlob(path, { hasBraces: false }),
  }];
}

/** One that a backslash stands before is meant. */
function withoutTrailingSpaces(pattern: string): string {
  const bare = pattern.replace(/ +$/, "");
  const backslashes = /\\*$/.exec(bare)?.[0].length ?? 0;
  return backslashes % 2 === 1 && bare !== pattern ? bare + " " : bare;
}
