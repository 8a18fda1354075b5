/** `opta sessions show` and `export`. */
import { checkAnswerFile, writeAnswerFile } from "../chat/answer_file.ts";
import { withSession } from "../changes/with_session.ts";
import { ExitCode } from "../exit.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { sanitize } from "../output/sanitize.ts";

export const exportFormats = ["md", "json", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export async function showSession(wanted: string | undefined, json?: true): Promise<ExitCode> {
  return await withSession(wanted, async ({ api, sessionId, signal }) => {
    if (json) writeJson(await api.call("getSession", { params: { sessionId }, signal }));
    else {writeOut(
        sanitize(await api.callText("exportSession", { params: { sessionId }, query: { format: "md" }, signal })),
      );}
    return ExitCode.done;
  });
}

/** To a file, or as it is to standard output: what a program reads must not be touched. */
export async function exportSession(
  wanted: string | undefined,
  { format, output }: { format: ExportFormat; output?: string },
): Promise<ExitCode> {
  if (output !== undefined) await checkAnswerFile(output);
  return await withSession(wanted, async ({ api, sessionId, signal }) => {
    const text = await api.callText("exportSession", { params: { sessionId }, query: { format }, signal });
    const ended = text.endsWith("\n") ? text : `${text}\n`;
    if (output === undefined) {
      writeOut(Deno.stdout.isTerminal() ? sanitize(ended) : ended);
      return ExitCode.done;
    }
    await writeAnswerFile(output, ended);
    note(`wrote ${output}`);
    return ExitCode.done;
  });
}
