/** Writes the parts of one answer down as events, until the last one. */
import type { ModelFailure, ModelPart } from "../model/model.ts";
import { ToolCallCollector } from "./tool_calls.ts";
import { emitProgress, type Step, type TurnRun } from "./turn_run.ts";

/** @param onFirst called when the first piece of the answer has come, and never otherwise */
export async function recordParts(
  parts: AsyncIterable<ModelPart>,
  run: TurnRun,
  onFirst: () => void,
): Promise<Step> {
  const { deltas, meter, signal } = run;
  const collector = new ToolCallCollector();
  let text = "";
  let saidNothing = true;
  const heard = () => {
    if (!saidNothing) return;
    saidNothing = false;
    onFirst();
  };
  try {
    for await (const part of parts) {
      if (signal.aborted) break;
      switch (part.type) {
        case "text":
        case "thinking":
          heard();
          meter.count(part.text);
          deltas.push(part.type, part.text);
          if (part.type === "text") text += part.text;
          break;
        case "tool_call":
          heard();
          meter.count(part.argumentsDelta);
          if (!collector.push(part)) return { kind: "failed", failure: tooManyCalls, saidNothing };
          break;
        case "usage":
          meter.report(part);
          break;
        case "fallback":
          emitProgress(run, "fallback", part.message, { transport: part.transport });
          break;
        case "finish":
          return { kind: "answered", reason: part.reason || "stop", text, calls: collector.calls(run.callIds) };
        case "error":
          return { kind: "failed", failure: part.failure, saidNothing };
        default:
          part satisfies never;
      }
    }
  } finally {
    deltas.endPart();
  }
  return signal.aborted ? { kind: "stopped" } : { kind: "failed", failure: endedWithoutReason, saidNothing };
}

const endedWithoutReason: ModelFailure = {
  code: "bad-response",
  message: "The model's answer ended without saying why. Try again.",
  retryable: true,
};

const tooManyCalls: ModelFailure = {
  code: "bad-response",
  message: "The model asked for more at once than can be right, or with arguments without end. Try again.",
  retryable: true,
};
