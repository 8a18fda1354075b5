/**
 * Runs the tool calls of one answer, each between its `tool.start` and its `tool.end`. What is wrong with a call goes back to
 * the model as its result, so that it can do better.
 */
import type { ToolCall } from "../model/model.ts";
import { parseArguments } from "./tool_calls.ts";
import type { TurnRun } from "./turn_run.ts";

export interface ToolResult {
  call: ToolCall;
  ok: boolean;
  /** For the model. */
  result: string;
}

/** One after another, until the turn is to stop: after that none begins [C2]. */
export async function runCalls(calls: readonly ToolCall[], run: TurnRun): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (const call of calls) {
    if (run.signal.aborted) break;
    results.push(await runCall(call, run));
  }
  return results;
}

/** @throws {StorageError | HeadMismatchError} when its events cannot be stored */
async function runCall(call: ToolCall, { log, turn: { turnId }, meter }: TurnRun): Promise<ToolResult> {
  const beganAtMs = meter.now();
  const parsed = parseArguments(call.arguments);
  const args = "args" in parsed ? parsed.args : {};
  const { id: callId, name: toolName } = call;
  meter.countToolCall();
  await log.append([{ event: "tool.start", payload: { turnId, callId, toolName, args } }], "synced");
  const { ok, result } = "problem" in parsed ? { ok: false, result: parsed.problem } : unknownTool(toolName);
  const elapsed = (meter.now() - beganAtMs) / 1_000;
  await log.append([{ event: "tool.end", payload: { turnId, callId, toolName, result, elapsed, ok } }], "written");
  return { call, ok, result };
}

function unknownTool(name: string): { ok: boolean; result: string } {
  return { ok: false, result: `There is no tool "${name}" in this conversation. Answer without it.` };
}
