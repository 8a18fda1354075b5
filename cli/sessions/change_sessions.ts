/** `opta sessions rename` and `tag`. */
import { withSession } from "../changes/with_session.ts";
import { CliError, ExitCode } from "../exit.ts";
import { writeJson, writeOut } from "../output/output.ts";
import { sanitizeLine } from "../output/sanitize.ts";

export async function renameSession(wanted: string, words: string[], json?: true): Promise<ExitCode> {
  const title = words.join(" ").trim();
  if (title === "") throw new CliError("A title is needed: opta sessions rename SESSION TITLE", ExitCode.usage);
  return await withSession(wanted, async ({ api, sessionId, signal }) => {
    const summary = await api.call("updateSession", { params: { sessionId }, body: { title }, signal });
    if (json) writeJson(summary);
    else writeOut(`${sessionId} is now called ${sanitizeLine(summary.title)}\n`);
    return ExitCode.done;
  });
}

export interface TagChanges {
  add: string[];
  remove: string[];
}

/** `work` and `+work` add a tag, `-work` removes it. */
export function readTags(words: readonly string[]): TagChanges {
  const changes: TagChanges = { add: [], remove: [] };
  for (const word of words) {
    const [, sign, tag = ""] = /^([+-]?)#?(.*)$/s.exec(word.trim()) ?? [];
    if (tag === "") {
      throw new CliError(`${JSON.stringify(word)} is no tag: write work, or -work to remove it`, ExitCode.usage);
    }
    (sign === "-" ? changes.remove : changes.add).push(tag);
  }
  return changes;
}

/** Without any words the tags are shown. */
export async function tagSession(wanted: string, words: string[], json?: true): Promise<ExitCode> {
  const { add, remove } = readTags(words);
  return await withSession(wanted, async ({ api, sessionId, signal }) => {
    const before = await api.call("getSession", { params: { sessionId }, signal });
    const tags = [...new Set([...before.tags, ...add])].filter((tag) => !remove.includes(tag));
    const changed = words.length > 0;
    if (changed) await api.call("updateSession", { params: { sessionId }, body: { tags }, signal });
    if (json) writeJson({ sessionId, tags });
    else writeOut(tags.length === 0 ? "no tags\n" : `${tags.map(sanitizeLine).join(" ")}\n`);
    return ExitCode.done;
  });
}
