/** `bg_start`, `bg_status`, `bg_output`, `bg_kill`: commands that go on beside the conversation. */
import { type BackgroundProcess, BackgroundSignal, OptaError } from "@opta/protocol";
import { z } from "zod";
import { defineTool, type Tool, type ToolOutcome } from "../tool.ts";
import type { BackgroundProcesses } from "./background_processes.ts";
import { plainOutput } from "./plain_output.ts";
import { commandArgs, previewCommand } from "./run_command.ts";

/** How the tools reach the processes of the session that they are called in. */
export type BackgroundOf = (sessionId: string) => BackgroundProcesses;

/** Longest output that one answer tells, in UTF-16 units. */
const MAX_TOLD_LENGTH = 24 * 1024;
/** Longest wait for output: a turn that waits holds up the session's next one. */
const MAX_WAIT_MS = 60_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;

const processId = z.string().min(1).max(200).describe("As bg_start returned it.");

const startArgs = z.object({
  ...commandArgs,
  label: z.string().min(1).max(200).optional().describe("What it is, in a few words, for people."),
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).optional().describe("Stopped after so many milliseconds."),
});
const statusArgs = z.object({
  processId: processId.optional().describe("One process; all of the session if left out."),
});
const outputArgs = z.object({
  processId,
  afterSeq: z.number().int().min(0).optional().describe("Only what came after this number; the latest if left out."),
  waitMs: z.number().int().min(0).max(MAX_WAIT_MS).optional().describe("Waits so long for output after afterSeq."),
});
const killArgs = z.object({ processId, signal: BackgroundSignal.optional().describe("SIGTERM if left out.") });

export function backgroundTools(backgroundOf: BackgroundOf): Tool[] {
  const start = defineTool<z.infer<typeof startArgs>>({
    name: "bg_start",
    description: "Starts a command that goes on in the background, such as a server or a watcher, and returns its " +
      "processId. See bg_output for what it writes. It ends with bg_kill, its time limit, or the session.",
    effect: "run",
    args: startArgs,
    preview: ({ command }, context) => previewCommand(command, context),
    run: ({ cwd, ...request }, { sessionId, workspace }) =>
      told(async () => {
        const process = await backgroundOf(sessionId).start({ ...request, cwd: cwd ?? workspace?.cwd });
        return { ok: true, result: `Started ${process.processId} (pid ${process.pid}).` };
      }),
  });

  const status = defineTool<z.infer<typeof statusArgs>>({
    name: "bg_status",
    description: "Says which background processes of this conversation run or have ended, and how.",
    effect: "read",
    args: statusArgs,
    preview: ({ processId = "all" }) => ({ subject: processId }),
    run: ({ processId }, { sessionId }) =>
      told(() => {
        const processes = backgroundOf(sessionId);
        const list = processId === undefined ? processes.list() : [processes.status(processId)];
        return { ok: true, result: list.map(describe).join("\n") || "There are no background processes." };
      }),
  });

  const output = defineTool<z.infer<typeof outputArgs>>({
    name: "bg_output",
    description:
      "Returns what a background process wrote: the latest, or what came after afterSeq, from the last answer.",
    effect: "read",
    args: outputArgs,
    preview: ({ processId }) => ({ subject: processId }),
    run: (args, { sessionId, signal }) => told(() => readOutput(backgroundOf(sessionId), args, signal)),
  });

  const kill = defineTool<z.infer<typeof killArgs>>({
    name: "bg_kill",
    description: "Ends a background process of this conversation, and all that it started.",
    effect: "run",
    args: killArgs,
    preview: ({ processId }, { sessionId }) => {
      const process = backgroundOf(sessionId).list().find((one) => one.processId === processId);
      return process
        ? { subject: process.command, reason: `It ends the background process ${process.label ?? process.command}.` }
        : { subject: processId, refusal: `There is no background process ${processId}.` };
    },
    run: ({ processId, signal }, { sessionId }) =>
      told(async () => {
        const { killed, process } = await backgroundOf(sessionId).kill(processId, signal);
        return { ok: true, result: killed ? `Killed. ${describe(process)}` : `It had ended. ${describe(process)}` };
      }),
  });

  return [start, status, output, kill];
}

async function readOutput(
  processes: BackgroundProcesses,
  { processId, afterSeq, waitMs = 0 }: z.infer<typeof outputArgs>,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  if (waitMs > 0) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
    await processes.waitForOutput(processId, afterSeq ?? 0, limit);
  }
  const { process, chunks } = processes.output(processId, { afterSeq: afterSeq ?? 0, limit: Infinity, stream: "both" });
  let text = chunks.map((chunk) => chunk.text).join("");
  const truncated = text.length > MAX_TOLD_LENGTH;
  if (truncated) text = `… ${text.length - MAX_TOLD_LENGTH} characters left out …\n${text.slice(-MAX_TOLD_LENGTH)}`;
  const nextSeq = chunks.at(-1)?.seq ?? afterSeq ?? 0;
  const result = `${describe(process)}\nnext afterSeq: ${nextSeq}\n\n${plainOutput(text) || "(no output)"}`;
  return { ok: true, result, ...(truncated && { truncated }) };
}

function describe({ processId, label, command, state, exitCode, runtimeMs }: BackgroundProcess): string {
  const code = exitCode === null ? "" : ` with exit code ${exitCode}`;
  return `${processId} (${label ?? command.slice(0, 200)}): ${state}${code}, ${(runtimeMs / 1_000).toFixed(1)} s`;
}

/** What cannot be done is told to the model. */
async function told(act: () => ToolOutcome | Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof OptaError) return { ok: false, result: error.message };
    throw error;
  }
}
