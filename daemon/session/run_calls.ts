/**
 * Runs the tool calls of one answer of the model. Each goes through the same gates; what keeps one from running goes back to
 * the model as its result, so that it can do better.
 *
 *     arguments ─► schema ─► preview ─► decision ─┬─ allow ─────────────► tool.start ─► run ─► tool.end
 *         │           │         │                 ├─ ask ─► allowed ──────────▲                   ▲
 *         └───────────┴─────────┴─────────────────┴─ deny, or denied ─────────┴───────────────────┘
 *
 * Calls that only read run side by side; the others wait for what comes before them, in the order of the model.
 */
import type { ToolCall } from "../model/model.ts";
import { decide, strictest } from "../permission/decide.ts";
import { grantFor, sessionGrants } from "../permission/grant.ts";
import { HostError } from "../tools/host/host_process.ts";
import { MAX_RESULT_LENGTH, type Preview, type Tool, type ToolContext, type ToolOutcome } from "../tools/tool.ts";
import { askPermission } from "./ask_permission.ts";
import { MAX_PARALLEL_CALLS } from "./limits.ts";
import { parseArguments } from "./tool_calls.ts";
import { emit, type TurnRun } from "./turn_run.ts";

export interface ToolResult {
  call: ToolCall;
  ok: boolean;
  /** For the model. */
  result: string;
}

/**
 * In the order of the calls. When the turn is stopped meanwhile, those that had not begun are left out [C2].
 *
 * @throws {StorageError | HeadMismatchError} when an event cannot be stored
 */
export async function runCalls(calls: readonly ToolCall[], run: TurnRun): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (let i = 0; i < calls.length && !run.signal.aborted;) {
    const batch = nextBatch(calls.slice(i), run);
    const came = await Promise.all(batch.map((call) => runCall(call, run)));
    results.push(...came.filter((result) => result !== null));
    i += batch.length;
  }
  return results;
}

/** The calls that may run at the same time: as many readers as there are in a row, or one of another kind. */
function nextBatch(calls: readonly ToolCall[], { tools }: TurnRun): ToolCall[] {
  const others = calls.findIndex(({ name }) => tools.offered.get(name)?.effect !== "read");
  const readers = others === -1 ? calls.length : others;
  return calls.slice(0, Math.min(MAX_PARALLEL_CALLS, Math.max(1, readers)));
}

/** `null` when the turn was stopped before it began. */
async function runCall(call: ToolCall, run: TurnRun): Promise<ToolResult | null> {
  const parsed = parseArguments(call.arguments);
  if ("problem" in parsed) return await refuse(call, {}, { result: parsed.problem, denied: false }, run);
  const tool = run.tools.offered.get(call.name);
  if (!tool) return await refuse(call, parsed.args, { result: unknownTool(call.name, run), denied: false }, run);
  const args = tool.args.safeParse(parsed.args);
  if (!args.success) {
    const problems = args.error.issues.map(({ path, message }) => `${path.join(".") || "arguments"}: ${message}`);
    const result = `The arguments do not fit: ${problems.join("; ")}.`;
    return await refuse(call, parsed.args, { result, denied: false }, run);
  }
  const context = contextOf(call, run);
  const way = await clear(call, tool, args.data, context, run);
  if (run.signal.aborted) return null; // it does not begin in the log either [C2]
  if ("result" in way) return await refuse(call, args.data, way, run);
  return await perform(call, tool, args.data, { ...context, ...way }, run);
}

/** Why a call does not run. */
interface Obstacle {
  result: string;
  denied: boolean;
}

/** The call may run, with what a person has answered. */
interface Clearance {
  answer?: string;
}

async function clear(
  call: ToolCall,
  tool: Tool,
  args: Record<string, unknown>,
  context: ToolContext,
  run: TurnRun,
): Promise<Obstacle | Clearance> {
  const preview = await previewOf(tool, args, context);
  if (preview.refusal !== undefined) return { result: preview.refusal, denied: false };
  if (run.signal.aborted) return { result: CANCELLED, denied: false };
  const { rules, projectRules, always } = await run.tools.rules(run.signal);
  const { effect, name } = tool;
  const target = { tool: name, subject: preview.subject, isCommand: effect === "run" };
  const question = {
    ...target,
    effect,
    isDestructive: preview.isDestructive ?? false,
    needsAnswer: preview.needsAnswer ?? false,
    overrides: run.turn.overrides,
    rules,
    projectRules,
    grants: [...always, ...sessionGrants(run.log.state)],
  };
  const decision = strictest(
    (preview.subjects ?? [preview.subject]).map((subject) => decide({ ...question, subject })),
  );
  switch (decision.kind) {
    case "allow":
      return {};
    case "deny":
      return { result: decision.message, denied: true };
    case "ask": {
      const grant = preview.needsAnswer ? null : grantFor(target, effect); // an answer holds once
      const { reason } = decision;
      const { answer, ...resolved } = await askPermission({ call, args, preview, reason, grant }, run);
      if (resolved.decision === "deny") return { result: denialOf(resolved, preview), denied: true };
      if (grant && resolved.scope === "always") await run.tools.remember(grant);
      return answer === undefined ? {} : { answer };
    }
    default:
      return decision satisfies never;
  }
}

async function previewOf(tool: Tool, args: Record<string, unknown>, context: ToolContext): Promise<Preview> {
  try {
    return await tool.preview(args, context);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { subject: "", refusal: `${tool.name} failed: ${error.message}.` };
  }
}

/** Between `tool.start`, which is durable before anything happens [P4], and `tool.end`. */
async function perform(
  call: ToolCall,
  tool: Tool,
  args: Record<string, unknown>,
  context: ToolContext,
  run: TurnRun,
): Promise<ToolResult> {
  const beganAtMs = run.meter.now();
  await begin(call, args, run);
  const outcome = run.signal.aborted ? { ok: false, result: CANCELLED } : await outcomeOf(tool, args, context);
  return await end(call, outcome, beganAtMs, run);
}

async function outcomeOf(tool: Tool, args: Record<string, unknown>, context: ToolContext): Promise<ToolOutcome> {
  try {
    return await tool.run(args, context);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { ok: false, result: context.signal.aborted ? BROKEN_OFF : `${tool.name} failed: ${error.message}.` };
  }
}

async function refuse(
  call: ToolCall,
  args: Record<string, unknown>,
  obstacle: Obstacle,
  run: TurnRun,
): Promise<ToolResult> {
  const beganAtMs = run.meter.now();
  await begin(call, args, run);
  return await end(call, { ok: false, ...obstacle }, beganAtMs, run);
}

async function begin(call: ToolCall, args: Record<string, unknown>, run: TurnRun): Promise<void> {
  const { log, turn: { turnId }, meter } = run;
  meter.countToolCall();
  const payload = { turnId, callId: call.id, toolName: call.name, args };
  await log.append([{ event: "tool.start", payload }], "synced");
}

async function end(
  call: ToolCall,
  outcome: ToolOutcome & { denied?: boolean },
  beganAtMs: number,
  run: TurnRun,
): Promise<ToolResult> {
  const { log, turn: { turnId }, meter } = run;
  const { ok, denied } = outcome;
  const result = outcome.result.slice(0, MAX_RESULT_LENGTH);
  const truncated = outcome.truncated || result.length < outcome.result.length;
  const elapsed = (meter.now() - beganAtMs) / 1_000;
  const payload = {
    turnId,
    callId: call.id,
    toolName: call.name,
    result,
    elapsed,
    ok,
    ...(truncated && { truncated }),
    ...(denied && { denied }),
  };
  await log.append([{ event: "tool.end", payload }], "written");
  return { call, ok, result };
}

function contextOf(call: ToolCall, run: TurnRun): ToolContext {
  const { tools, turn: { turnId, overrides }, log, signal } = run;
  return {
    sessionId: log.state.sessionId,
    turnId,
    callId: call.id,
    workspace: tools.workspace,
    hosts: tools.hosts,
    signal,
    noCheckpoints: overrides.noCheckpoints ?? false,
    emit: (draft) => emit(run, draft),
  };
}

const CANCELLED = "The turn was stopped before this ran.";
const BROKEN_OFF = "The turn was stopped while this ran; whether it took effect is not known.";

function denialOf({ reason, decidedBy }: { reason: string; decidedBy: string }, { needsAnswer }: Preview): string {
  if (reason === "cancelled") return CANCELLED;
  if (reason === "timeout") {
    return needsAnswer ? "Nobody answered in time." : "Nobody approved this in time, so it was not done.";
  }
  return needsAnswer
    ? `${decidedBy} does not want to answer.`
    : `${decidedBy} does not allow this. Do not try it in another way.`;
}

function unknownTool(name: string, { tools }: TurnRun): string {
  const names = [...tools.offered.keys()];
  const others = names.length === 0 ? "Answer without it." : `There are: ${names.join(", ")}.`;
  return `There is no tool "${name}" in this conversation. ${others}`;
}
