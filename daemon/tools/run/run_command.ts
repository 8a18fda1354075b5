/** `run_command`: one command line, from its start to the end of its last process. */
import { MAX_COMMAND_LENGTH } from "@opta/protocol";
import { z } from "zod";
import { defineTool, type Preview, type ToolContext, type ToolOutcome } from "../tool.ts";
import { Confinement, describeConfinement } from "./confinement.ts";
import { isDestructive } from "./destructive.ts";
import { plainOutput } from "./plain_output.ts";
import { RunEnd, type RunRequest } from "./runner_frame.ts";

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 30 * 60_000;

/** The arguments that all commands have. */
export const commandArgs = {
  command: z.string().min(1).max(MAX_COMMAND_LENGTH).refine((text) => !text.includes("\0"), "holds a NUL").describe(
    "The command line, as for bash. It has no input and no terminal.",
  ),
  cwd: z.string().max(4_096).optional().describe("Where it runs, in the workspace. The working folder if left out."),
};

const args = z.object({
  ...commandArgs,
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).optional().describe(
    `Stopped after so many milliseconds; ${DEFAULT_TIMEOUT_MS} if left out, at most ${MAX_TIMEOUT_MS}.`,
  ),
});

export const runCommand = defineTool<z.infer<typeof args>>({
  name: "run_command",
  description: "Runs a command line in the workspace and returns what it wrote and its exit code. Of long output the " +
    "beginning and the end are returned. When the command ends, all processes that it started end: use bg_start for " +
    "servers and watchers.",
  effect: "run",
  args,
  preview: ({ command }, context) => previewCommand(command, context),

  async run({ command, cwd, timeoutMs = DEFAULT_TIMEOUT_MS }, { hosts, workspace, signal }) {
    const request: RunRequest = { command, cwd: cwd ?? workspace?.cwd ?? ".", timeoutMs };
    const host = await hosts.runner();
    return outcomeOf(RunEnd.parse(await host.call("run", request, { signal })), timeoutMs);
  },
});

/** What there is to know of a command before it runs, in whatever way it will. */
export async function previewCommand(command: string, { hosts, workspace, signal }: ToolContext): Promise<Preview> {
  if (!workspace) return { subject: command, refusal: "This session has no folder to run commands in." };
  const host = await hosts.runner();
  const { kind, network } = Confined.parse(await host.call("confinement", null, { signal }));
  if (!network && kind === "none") {
    const refusal = "Commands are to have no network, and there is no sandbox on this machine to see to that.";
    return { subject: command, refusal };
  }
  const reason = describeConfinement(kind, workspace.roots, network);
  return { subject: command, reason, ...(isDestructive(command) && { isDestructive: true }) };
}

const Confined = z.object({ kind: Confinement, network: z.boolean() });

function outcomeOf(end: RunEnd, timeoutMs: number): ToolOutcome {
  const output = plainOutput(end.output);
  const result = `${howItEnded(end, timeoutMs)}\n\n${output === "" ? "(no output)" : output}`;
  return { ok: end.state === "exited" && end.exitCode === 0, result, ...(end.omittedBytes > 0 && { truncated: true }) };
}

function howItEnded({ state, exitCode, signal, elapsedMs }: RunEnd, timeoutMs: number): string {
  const seconds = `${(elapsedMs / 1_000).toFixed(1)} s`;
  switch (state) {
    case "timeout":
      return `Stopped after ${timeoutMs / 1_000} s, its time limit. Give a larger timeoutMs, or use bg_start.`;
    case "stopped":
      return `Stopped after ${seconds}: the turn was cancelled.`;
    case "exited":
      return signal === null ? `Exit code ${exitCode} after ${seconds}.` : `Ended by ${signal} after ${seconds}.`;
    default:
      return state satisfies never;
  }
}
