/**
 * The next answer of the demo model, calls included: a pure function of the conversation and of the tools that are offered.
 * It remembers nothing: the script of the request is played again with the results that the conversation holds.
 */
import { accountOf, intentOf } from "./demo_account.ts";
import { answer, type DemoAnswer } from "./demo_answers.ts";
import { fitArguments } from "./demo_arguments.ts";
import { scriptFor } from "./demo_orders.ts";
import { roundsOf } from "./demo_rounds.ts";
import type { DemoCall, DemoResult, DemoScript } from "./demo_script.ts";
import type { ModelMessage, ToolSpec } from "./model.ts";

export interface DemoReply extends DemoAnswer {
  /** Each by the names of the tool that is offered. */
  calls: { name: string; args: Record<string, unknown> }[];
}

/** @param messages oldest first; the last one is the request, or the last result of its calls */
export function reply(messages: readonly ModelMessage[], tools: readonly ToolSpec[]): DemoReply {
  const at = messages.findLastIndex(({ role }) => role === "user");
  const request = messages[at]?.content ?? "";
  const past = messages.slice(0, Math.max(0, at));
  const rounds = roundsOf(messages.slice(at + 1));
  const script = scriptFor(request, past);
  if (script) return play(script, rounds, tools);
  if (rounds.length > 0) return { text: handover(rounds), calls: [] };
  return { ...answer(messages.flatMap(asText)), calls: [] };
}

function play(script: DemoScript, rounds: readonly DemoResult[][], tools: readonly ToolSpec[]): DemoReply {
  let step = script.next();
  for (const round of rounds) {
    const wanted = step.done ? [] : step.value;
    if (!isAnswerTo(round, wanted)) return { text: handover(rounds), calls: [] };
    step = script.next(round.map((result, i) => ({ ...result, args: wanted[i]!.args })));
  }
  return step.done ? { text: step.value, calls: [] } : makeCalls(step.value, tools);
}

function isAnswerTo(round: readonly DemoResult[], wanted: readonly DemoCall[]): boolean {
  return round.length === wanted.length && round.every(({ tool }, i) => tool === wanted[i]?.tool);
}

function makeCalls(wanted: readonly DemoCall[], tools: readonly ToolSpec[]): DemoReply {
  const calls: DemoReply["calls"] = [];
  for (const { tool, args } of wanted) {
    const spec = tools.find(({ name }) => name === tool);
    if (!spec) return { text: `I would ${intentOf(wanted)}, but ${whyNot(tool, tools)}`, calls: [] };
    const fitted = fitArguments(spec.parameters, args);
    if (!fitted) {
      const text = `I would ${intentOf(wanted)}, but I do not know how to call \`${tool}\` as it is offered here.`;
      return { text, calls: [] };
    }
    calls.push({ name: tool, args: fitted });
  }
  return { text: `Let me ${intentOf(wanted)}.`, calls };
}

const NEEDS_NO_FOLDER: ReadonlySet<string> = new Set(["web_fetch", "ask_user", "todo"]);

function whyNot(tool: string, tools: readonly ToolSpec[]): string {
  const missing = `the tool for it, \`${tool}\`, is not offered here`;
  if (tools.length === 0) return `${missing}: this turn has no tools at all.`;
  if (NEEDS_NO_FOLDER.has(tool)) return `${missing}.`;
  return tools.some(({ name }) => name === "read_file")
    ? `${missing}: this turn may only look. Modes such as plan, review and research change nothing and run nothing.`
    : `${missing}: this session has no folder to work in. Start \`opta chat\` in the folder that it is to work in.`;
}

/** For calls that were not ours, such as those of a model that could not be reached any more. */
function handover(rounds: readonly DemoResult[][]): string {
  return `I do not know how to go on from here. What has been done in this turn:\n\n${accountOf(rounds.flat())}`;
}

/** What was said, without the calls. */
function asText(message: ModelMessage) {
  if (message.role === "tool" || ("toolCalls" in message && message.content === "")) return [];
  return [{ role: message.role, content: message.content }];
}
