/** Scripts of the demo model that look at files: read, list, find, search, and a first look at a project. */
import { accountOf, block, joined, plainly } from "./demo_account.ts";
import { entriesOf, fileText, isPart } from "./demo_files.ts";
import { folderOf, isQuoted, NAME, pathOf, pathsOf, splitPlace, unquote } from "./demo_names.ts";
import { clip, type DemoOrder, readNumber } from "./demo_request.ts";
import { call, type DemoResult, type DemoScript, one } from "./demo_script.ts";
import { summarise } from "./demo_summary.ts";

const MAX_FILES = 20;
const DEFAULT_FILES = 10;
/** Read on a first look. */
const MAX_LOOKED_AT = 8;
const MAX_NAMED = 30;

const READ =
  /^(?:read|open|show(?: me)?|cat|view|look (?:at|into)|summari[sz]e|what(?:'s| is) in)\s+(.+?)(?:,?\s+and\s+(?:then\s+)?(?:summari[sz]e|explain|describe|tell|show|sum)\b.*)?[.?!]*$/i;
const READ_LINES = new RegExp(
  `^(?:read|show(?: me)?)\\s+lines?\\s+(\\d{1,9})(?:\\s*(?:-|–|to)\\s*(\\d{1,9}))?\\s+(?:of|in|from)\\s+(${NAME})$`,
  "i",
);
const READ_ALL =
  /^(?:read|open)\s+(?:all\s+(?:of\s+)?)?(?:the\s+|these\s+|my\s+)?(?:([\w,]+)\s+)?files(?:\s+here)?[.!]*$/i;

export function readFiles({ line }: DemoOrder): DemoScript | null {
  const part = READ_LINES.exec(line);
  const path = part && pathOf(part[3]!, true);
  if (part && path) {
    const first = Math.max(1, Number(part[1]));
    const limit = part[2] === undefined ? 1 : Math.max(1, Number(part[2]) - first + 1);
    return plainly(call("read_file", { path, offset: first, limit }));
  }
  const { what, place } = splitPlace(line.replace(/[.!]+$/, ""));
  const all = READ_ALL.exec(what);
  if (all) {
    const count = all[1] === undefined ? DEFAULT_FILES : readNumber(all[1].toLowerCase());
    return count === null || count === 0 ? null : readAll(place, Math.min(count, MAX_FILES));
  }
  const paths = pathsOf(READ.exec(line)?.[1] ?? "");
  return paths && !paths.some((path) => /^https?:/i.test(path)) ? readThese(paths) : null;
}

function* readThese(paths: readonly string[]): DemoScript {
  return reportOf(yield paths.map((path) => call("read_file", { path })));
}

function* readAll(folder: string, count: number): DemoScript {
  const listing = yield* one(call("list_dir", { path: folder }));
  if (listing.ok === false) return accountOf([listing]);
  const files = entriesOf(listing.text).files.slice(0, count).map((name) => within(folder, name));
  if (files.length === 0) return `${accountOf([listing])}\n\nThere is no file in it to read.`;
  return reportOf(yield files.map((path) => call("read_file", { path })));
}

/** One file is summed up, several are named with their beginnings. */
function reportOf(results: readonly DemoResult[]): string {
  const read = results.filter(({ ok }) => ok !== false);
  const failed = results.filter(({ ok }) => ok === false);
  const said = read.length === 1
    ? `I read \`${read[0]!.args["path"]}\`${isPart(read[0]!.text) ? ", of which I was given a part" : ""}.\n\n${
      summarise(fileText(read[0]!.text))
    }`
    : read.length > 1
    ? `I read ${read.length} files:\n\n${read.map(beginningOf).join("\n")}`
    : "";
  return [said, accountOf(failed)].filter((text) => text !== "").join("\n\n");
}

function beginningOf({ args, text }: DemoResult): string {
  const content = fileText(text);
  const lines = content === "" ? 0 : content.trimEnd().split("\n").length;
  const first = content.split("\n").find((line) => line.trim() !== "") ?? "";
  const size = `${lines} ${lines === 1 ? "line" : "lines"}${isPart(text) ? ", and there is more" : ""}`;
  return `- \`${args["path"]}\`, ${size}${first === "" ? "" : `: ${clip(first.trim(), 100)}`}`;
}

const LIST =
  /^(?:list|ls|show)(?:\s+me)?(?:\s+all)?(?:\s+of)?(?:\s+(?:the|my|your))?\s+(?:files|folder|directory|dir|workspace)(?:\s+(?:of\s+)?(.+?))?[.!?]*$/i;

export function listFiles({ line }: DemoOrder): DemoScript | null {
  const bare = new RegExp(`^(?:ls|dir)(?:\\s+(${NAME}))?$`, "i").exec(line);
  if (bare) return plainly(call("list_dir", { path: unquote(bare[1] ?? ".") }));
  const asked = /^(?:what|which) files (?:are|do you see)\b/i.test(line);
  const match = asked ? ["", ""] : LIST.exec(line);
  if (!match) return null;
  const where = (match[1] ?? "").replace(/^(?:in|under|of)\s+/i, "");
  return plainly(call("list_dir", { path: where === "" ? "." : folderOf(where) }));
}

const KINDS: Readonly<Record<string, string>> = {
  typescript: "*.{ts,tsx}",
  javascript: "*.{js,jsx,mjs}",
  python: "*.py",
  markdown: "*.md",
  test: "*test*",
};

export function findFiles({ line }: DemoOrder): DemoScript | null {
  const match = /^find\s+(?:me\s+)?(?:all\s+)?(?:the\s+)?(.+?)[.!?]*$/i.exec(line);
  if (!match) return null;
  const { what, place } = splitPlace(match[1]!.replace(/\bend(?:ing|s)?\s+(?:in|with)\s+/i, "ending "));
  const named = /^files?\s+(?:(?:that\s+(?:are|is)\s+)?(?:named|called|matching|like)\s+)?(.+)$/i.exec(what);
  const ending = /^files?\s+(?:that\s+)?ending\s+(\S+)$/i.exec(what)?.[1];
  const kind = /^(\S+)\s+files?$/i.exec(what)?.[1];
  const word = unquote(ending ? `*${unquote(ending)}` : kind ?? named?.[1] ?? what);
  if (/^files?$/i.test(word)) return plainly(call("find_files", { pattern: "*", path: place }));
  const isGlob = /[*?./]/.test(word) || ending !== undefined || named !== null;
  if (/\s/.test(word) || !(isGlob || kind)) return null;
  const pattern = isGlob ? word : KINDS[word.toLowerCase()] ?? `*.${word}`;
  return plainly(call("find_files", { pattern, path: place }));
}

const SEARCH =
  /^(?:(?:search|look)(?:\s+(?:through\s+)?(?:the\s+|all\s+|my\s+)?(?:files?|code|project|folder|workspace))?\s+for|grep(?:\s+for)?)\s+(.+?)[.!?]*$/i;

export function searchFiles({ line }: DemoOrder): DemoScript | null {
  const match = SEARCH.exec(line);
  if (!match) return null;
  const { what, place } = isQuoted(match[1]!) ? { what: match[1]!, place: "." } : splitPlace(match[1]!);
  return plainly(call("search_files", { pattern: unquote(what), literal: true, path: place }));
}

const EXPLORE =
  /^(?:explore|review|describe|look around(?: in)?|get to know)(?:\s+(?:this|the|my))?(?:\s+(?:project|folder|workspace|repository|repo|code|codebase))?[.!]*$/i;
const TELLING = /^(?:readme|package\.json$|deno\.jsonc?$|cargo\.toml$|pyproject\.toml$|go\.mod$|makefile$)/i;
const TEXT = /\.(?:md|txt|[cm]?[jt]sx?|json|jsonc|toml|ya?ml|py|rs|go|sh|html|css)$/i;

export function explore({ line }: DemoOrder): DemoScript | null {
  return EXPLORE.test(line) && !/^describe[.!]*$/i.test(line) ? lookAround() : null;
}

function* lookAround(): DemoScript {
  const results = yield [call("list_dir", { path: "." }), call("find_files", { pattern: "*", path: ".", limit: 100 })];
  const [listing] = results;
  if (!listing || listing.ok === false) return accountOf(results);
  const { files, folders } = entriesOf(listing.text);
  const chosen = [...files.filter((name) => TELLING.test(name)), ...files.filter((name) => TEXT.test(name))];
  const paths = [...new Set(chosen)].slice(0, MAX_LOOKED_AT);
  const names = [...files, ...folders];
  const shown = joined(names.slice(0, MAX_NAMED).map((name) => `\`${name}\``)) || "nothing";
  const seen = `The folder holds ${shown}${names.length > MAX_NAMED ? ", and more" : ""}.`;
  const found = results.slice(1).map(({ ok, text }) => ok === false ? accountOf(results.slice(1)) : block(text));
  if (paths.length === 0) return [seen, ...found].join("\n\n");
  const read = yield paths.map((path) => call("read_file", { path }));
  const close = "I have changed nothing. What the code means, a real language model would say.";
  return [seen, ...found, reportOf(read), close].join("\n\n");
}

function within(folder: string, name: string): string {
  return folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`;
}
