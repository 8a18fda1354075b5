/** Scripts of the demo model that change files: create, edit one or several, delete. */
import { accountOf, joined, plainly } from "./demo_account.ts";
import { fileText, isPart } from "./demo_files.ts";
import { isQuoted, NAME, pathOf, pathsOf, unquote } from "./demo_names.ts";
import type { DemoOrder } from "./demo_request.ts";
import { call, type DemoResult, type DemoScript, one } from "./demo_script.ts";

/** Files that one order deletes. */
const MAX_DELETED = 10;

const CREATE = new RegExp(
  `^(create|make|add|write|overwrite)\\s+(?:me\\s+)?(?:(?:a|an|the)\\s+)?(?:new\\s+)?(?:(?:text|empty|small)\\s+)?(file\\s+)?` +
    `(?:(?:called|named)\\s+)?(${NAME})` +
    `(?:(\\s*:\\s*|,?\\s+(?:that|which)\\s+(?:just\\s+)?(?:says?|contains?|holds?|reads?|has)\\b\\s*:?\\s*` +
    `|,?\\s+(?:with|containing|saying|holding)\\b\\s*(?:(?:the|this)\\s+)?(?:(?:text|contents?|line|words?)\\b)?\\s*:?\\s*|\\s+)(.*))?$`,
  "i",
);
const PUT = new RegExp(
  `^(?:write|put|save)\\s+(?!(?:an?|the|me|this|that|it|my|your)\\s)(.+?)\\s+(?:to|into|in)\\s+(?:(?:a|the)\\s+)?(?:new\\s+)?(file\\s+)?(${NAME})$`,
  "i",
);
const FENCED = /^```[^\n]*\n([^]*?)\n?```\s*$/;

export function createFile({ line, material }: DemoOrder): DemoScript | null {
  const put = material === "" ? PUT.exec(line) : null;
  const target = put && pathOf(put[3]!, put[2] !== undefined);
  if (put && target) return write(target, asFile(unquote(put[1]!)), true);
  const match = CREATE.exec(line);
  const path = match && pathOf(match[3]!, match[2] !== undefined);
  if (!match || !path) return null;
  const text = match[5] ?? "";
  const isIntroduced = (match[4] ?? "").trim() !== "" || match[3]!.endsWith(":");
  if (text !== "" && (!isIntroduced || material !== "")) return null;
  const content = text === "" ? material.replace(FENCED, "$1") : unquote(text);
  return write(path, asFile(content), /^(?:write|overwrite)$/i.test(match[1]!));
}

/** @param mayReplace reads a file that is there already, since only what was read may be replaced, and writes again */
function* write(path: string, content: string, mayReplace: boolean): DemoScript {
  const wish = call("write_file", { path, content });
  const written = yield* one(wish);
  if (!mayReplace || written.ok !== false || !/\bread it\b/.test(written.text)) return accountOf([written]);
  const read = yield* one(call("read_file", { path }));
  return accountOf(read.ok === false ? [written, read] : yield [wish]);
}

function asFile(content: string): string {
  return content === "" || content.endsWith("\n") ? content : `${content}\n`;
}

const EDIT =
  /^(?:edit|change|update|modify|fix|in)\s+(.+?)(?:\s*[:,;]\s*|\s+(?:and\s+)?)(?:replace|change|rename)\s+(.+)$/i;
const REPLACE = /^(?:replace|change|rename)\s+(.+)\s+in(?:side)?\s+(.+)$/i;
const SWAP = new RegExp(
  `^(?:(?:all|every|the)\\s+)*(\`[^\`]+\`|"[^"]+"|'[^']+'|“[^”]+”|.+?)\\s+(?:by|with|to|→|->)\\s+(.+?)(?:\\s+everywhere)?$`,
  "i",
);

export function editFiles({ line, material }: DemoOrder): DemoScript | null {
  if (material.trim() !== "") return null;
  const edit = EDIT.exec(line);
  const replace = edit ? null : REPLACE.exec(line);
  const paths = pathsOf(edit?.[1] ?? replace?.[2]?.replace(/\s+everywhere[.!]*$/i, "") ?? "");
  const swap = SWAP.exec(edit?.[2] ?? replace?.[1] ?? "");
  if (!paths || !swap) return null;
  const newText = isQuoted(swap[2]!) ? unquote(swap[2]!) : unquote(swap[2]!.replace(/[.!]$/, ""));
  return replaceText(paths, unquote(swap[1]!), newText);
}

/** Reads first: only what was read may be edited, and what is not there cannot be replaced. */
function* replaceText(paths: readonly string[], oldText: string, newText: string): DemoScript {
  const read = yield paths.map((path) => call("read_file", { path }));
  const readable = read.filter(({ ok }) => ok !== false);
  const holding = readable.filter(({ text }) => isPart(text) || fileText(text).includes(oldText));
  const without = readable.filter((result) => !holding.includes(result)).map(({ args }) => `\`${args["path"]}\``);
  const remarks = [
    accountOf(read.filter(({ ok }) => ok === false)),
    without.length > 0 ? `There is no \`${oldText}\` in ${joined(without)}, so nothing changes there.` : "",
  ].filter((remark) => remark !== "");
  if (holding.length === 0) return [...remarks, "I have changed nothing."].join("\n\n");
  const edits = holding.map((result) => ({ path: result.args["path"], ...editOf(result, oldText, newText) }));
  const wish = paths.length === 1
    ? call("edit_file", edits[0])
    : call("multi_edit", { files: edits.map(({ path, ...edit }) => ({ path, edits: [edit] })) });
  return [accountOf(yield [wish]), ...remarks].join("\n\n");
}

function editOf({ text }: DemoResult, oldText: string, newText: string) {
  const replaceAll = isPart(text) || fileText(text).split(oldText).length > 2;
  return { oldText, newText, ...(replaceAll && { replaceAll }) };
}

export function deleteFiles({ line, material }: DemoOrder): DemoScript | null {
  const match = material.trim() === "" ? /^(?:delete|remove|rm)\s+(.+)$/i.exec(line) : null;
  const paths = match && pathsOf(match[1]!);
  if (!paths || paths.length > MAX_DELETED) return null;
  return plainly(...paths.map((path) => call("delete_file", { path })));
}
