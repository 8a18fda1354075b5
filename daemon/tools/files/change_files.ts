/** The way of every tool that changes files: a preview, which binds the call to what it was made from, and the change. */
import type { Preview, ToolContext, ToolOutcome } from "../tool.ts";
import { outcomeOf, refusing } from "./answer_call.ts";
import type { FileMemory, Version } from "./file_memory.ts";
import { callFiles, type Change, type FileVersion } from "./operations.ts";

/** What lies in there names programs that git runs, outside of any sandbox: hooks, pagers, filters. */
const GIT_FOLDER = /(?:^|[/\\])\.git(?:[/\\]|$)/i;
const MAY_RUN = "It changes git's own files: these may name programs that run the next time that git is used";

export function previewChanges(
  memory: FileMemory,
  changes: readonly Change[],
  context: ToolContext,
  { mustBeSeen }: { mustBeSeen: boolean },
): Promise<Preview> {
  const given = changes.map(({ path }) => path).join("\n");
  return refusing(given, context, async () => {
    const { sessionId, callId, hosts } = context;
    const { files, diff } = await callFiles(await hosts.reader(), "previewChanges", { changes: [...changes] }, context);
    const paths = files.map(({ shown }) => shown);
    const preview: Preview = {
      subject: paths.join("\n"),
      ...(paths.length > 1 && { subjects: paths }),
      diff,
      ...(files.some(({ real }) => GIT_FOLDER.test(real)) && { isDestructive: true, reason: MAY_RUN }),
    };
    const problems = mustBeSeen ? files.flatMap((file) => unseen(memory, sessionId, file)) : [];
    if (problems.length > 0) return { ...preview, refusal: problems.join(". ") };
    memory.bind(sessionId, callId, basesOf(files));
    return preview;
  });
}

export function runChanges(
  memory: FileMemory,
  changes: readonly Change[],
  context: ToolContext,
): Promise<ToolOutcome> {
  const { sessionId, callId, turnId, hosts, noCheckpoints } = context;
  return outcomeOf(context, async () => {
    const bases = memory.takeBases(sessionId, callId);
    if (!bases) return { ok: false, result: "This call was not previewed, so nothing was changed. Make it again" };
    const args = { changes: [...changes], bases, changeSet: noCheckpoints ? null : turnId };
    const { files, notes } = await callFiles(await hosts.writer(), "applyChanges", args, context);
    for (const { real, version } of files) memory.saw(sessionId, real, version);
    return { ok: true, result: notes.join("\n") };
  });
}

function unseen(memory: FileMemory, sessionId: string, { real, shown, version }: FileVersion): string[] {
  if (version === null) return [];
  const seen = memory.lastSeen(sessionId, real);
  if (seen === version) return [];
  return [
    seen === undefined || seen === null
      ? `${shown} is there and was not read: read it first`
      : `${shown} was changed since it was last read: read it again first`,
  ];
}

function basesOf(files: readonly FileVersion[]): Record<string, Version> {
  return Object.fromEntries(files.map(({ real, version }) => [real, version]));
}
