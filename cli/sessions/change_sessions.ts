/** `opta sessions rename`, `tag` and `delete`. */
import { ApiError } from "@opta/protocol/client";
import { type ChosenSession, withSession } from "../changes/with_session.ts";
import { CliError, ExitCode } from "../exit.ts";
import { forgetCache } from "../completions/value_cache.ts";
import { confirm } from "../models/confirm.ts";
import { writeJson, writeOut } from "../output.ts";
import { resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../sanitize.ts";

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

export async function deleteSessions(wanted: string[], { yes, json }: { yes?: true; json?: true }): Promise<ExitCode> {
  const deleted: string[] = [];
  for (const one of wanted) {
    const code = await withSession(one, async (session) => {
      if (!yes) await confirm(await questionFor(session));
      const { api, sessionId, signal } = session;
      await api.call("deleteSession", { params: { sessionId }, signal });
      deleted.push(sessionId);
      await forgetCache(resolvePaths(Deno.env.toObject()).stateDir);
      if (!json) writeOut(`deleted ${sessionId}\n`);
      return ExitCode.done;
    });
    if (code !== ExitCode.done) return code;
  }
  if (json) writeJson({ deleted });
  return ExitCode.done;
}

async function questionFor({ api, sessionId, signal }: ChosenSession): Promise<string> {
  try {
    const { title, activeTurnId } = await api.call("getSession", { params: { sessionId }, signal });
    const running = activeTurnId === null ? "" : " A turn runs there and will be cancelled.";
    return `Delete ${sessionId}, "${sanitizeLine(title) || "untitled"}", with all of its history?${running}`;
  } catch (error) {
    if (error instanceof ApiError) throw new CliError(error.message, ExitCode.failed, { cause: error });
    throw error;
  }
}
