/** Answers calls of the file tools: what a host says cannot be done is an outcome, not an error. */
import { HostError } from "../host/host_process.ts";
import type { Preview, ToolContext, ToolOutcome } from "../tool.ts";
import { callFiles } from "./operations.ts";

/** Runs `work`; a stop stays an error, which ends the turn. */
export async function outcomeOf(context: ToolContext, work: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HostError) || context.signal.aborted) throw error;
    return { ok: false, result: error.message };
  }
}

/** What there is to say before a tool looks at `path`. */
export function previewOfLook(path: string, context: ToolContext): Promise<Preview> {
  return refusing(path, context, async () => {
    const { shown } = await callFiles(await context.hosts.reader(), "locate", { path }, context);
    return { subject: shown };
  });
}

/** Runs `look`; what it refuses becomes the refusal of the preview. */
export async function refusing(subject: string, context: ToolContext, look: () => Promise<Preview>): Promise<Preview> {
  if (!context.workspace) return { subject, refusal: "This session has no folders, so there are no files" };
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { subject, refusal: error.message };
  }
}

export function textOutcome({ text, truncated }: { text: string; truncated: boolean }): ToolOutcome {
  return { ok: true, result: text, ...(truncated && { truncated }) };
}
