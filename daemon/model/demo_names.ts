/** How the demo model finds files, folders and quoted text in what people write. */

/** A word, or several in quotes. */
export const NAME = "(?:`[^`]+`|\"[^\"]+\"|'[^']+'|“[^”]+”|\\S+)";

const QUOTED = /^(?:`([^`]*)`|"([^"]*)"|'([^']*)'|“([^”]*)”)$/;
/** A word that names a file even without anything around it that says so. */
const LIKE_A_PATH = /[/\\]|\.\w|^\.|^[A-Z]{3,}$|^(?:Makefile|Dockerfile|Justfile)$/;
const MAX_PATHS = 20;

export function unquote(text: string): string {
  const match = QUOTED.exec(text.trim());
  return match ? match.slice(1).find((inner) => inner !== undefined) ?? "" : text.trim();
}

export function isQuoted(text: string): boolean {
  return QUOTED.test(text.trim());
}

/** The path that a word names, or `null` when nothing says that it is one. */
export function pathOf(word: string, isSaidToBeOne = false): string | null {
  const bare = word.replace(/[,;:!?]+$|\.$/, "");
  const path = unquote(bare);
  if (path === "" || !(isSaidToBeOne || isQuoted(bare) || LIKE_A_PATH.test(path))) return null;
  return path === "README" ? "README.md" : path;
}

const WORDS = new RegExp(`${NAME.replace("\\S+", "[^\\s,]+")}`, "g");
const FILLERS = new Set(["and", "&", "the", "file", "files", "both"]);
/** With one of these no certain file is meant. */
const VAGUE = /^(?:all|any|each|every|it|its|my|other|some|that|these|this|those|your)$/i;

/** "a.ts, b.ts and c.ts"; `null` when there is anything else in it. */
export function pathsOf(text: string): string[] | null {
  const words = text.match(WORDS) ?? [];
  const named = words.filter((word) => !FILLERS.has(word.toLowerCase()));
  const isSaid = words.some((word) => /^files?$/i.test(word));
  const paths = named.map((word) => VAGUE.test(word) ? null : pathOf(word, isSaid));
  if (paths.length === 0 || paths.length > MAX_PATHS) return null;
  return paths.every((path) => path !== null) ? [...new Set(paths)] : null;
}

const PLACE = new RegExp(
  `^(.*\\S)\\s+(?:in|under|inside|within)\\s+((?:the|this|my|all)\\s+[\\w/.-]+(?:\\s+\\w+)?|${NAME})$`,
  "i",
);

/** Takes "in src" off the end of a text; the working folder where no other is named. */
export function splitPlace(text: string): { what: string; place: string } {
  const match = PLACE.exec(text.trim());
  return match ? { what: match[1]!, place: folderOf(match[2]!) } : { what: text.trim(), place: "." };
}

const HERE = /^(?:folder|directory|dir|workspace|project|code|codebase|repository|repo|files|parallel|here)$/i;

/** "the src folder" is `src`, "this project" is where we are. */
export function folderOf(text: string): string {
  if (isQuoted(text)) return unquote(text);
  const words = text.trim().split(/\s+/).filter((word) => !/^(?:the|this|my|all)$/i.test(word) && !HERE.test(word));
  return words.length === 1 ? words[0]! : ".";
}
