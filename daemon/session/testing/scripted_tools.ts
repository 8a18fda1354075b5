/** Tools that do nothing but note that they ran, each released by the test when it wants. */
import { z } from "zod";
import { formatRule, parseRule, type Rule, type RuleDecision } from "../../permission/rule.ts";
import { defineTool, type Tool, type ToolEffect } from "../../tools/tool.ts";
import { isOffered, noTools, type ToolSource, type ToolsRequest, type TurnTools } from "../../tools/turn_tools.ts";

export class ScriptedTools implements ToolSource {
  /** The calls that ran, in the order of their beginning: `edit a`. */
  readonly ran: string[] = [];
  /** The rules that people have chosen for always. */
  readonly remembered: string[] = [];
  /** The calls that were told to stop, likewise. */
  readonly stopped: string[] = [];
  rules: Rule[] = [];
  /** Set it to hold back what runs. */
  gate: Promise<void> = Promise.resolve();
  /** The call that shows a bug instead of running: `read b`. */
  broken = "";
  /** What a call with the argument `key` comes upon. */
  key = "key";
  #change = Promise.withResolvers<void>();

  rule(text: string, decision: RuleDecision): void {
    this.rules.push(parseRule(text, decision)!);
  }

  /** Resolves once so many calls have begun. */
  async began(count: number): Promise<void> {
    while (this.ran.length < count) await this.#change.promise;
  }

  async open(request: ToolsRequest): Promise<TurnTools> {
    const all = (["read", "edit", "run"] as const).map((effect) => this.#tool(effect));
    const offered = all.filter((tool) => isOffered(tool, request.mode, true));
    return {
      ...await noTools.open(request),
      offered: new Map(offered.map((tool) => [tool.name, tool])),
      rules: () => Promise.resolve({ rules: this.rules, projectRules: [], always: [] }),
      remember: (rule) => Promise.resolve(void this.remembered.push(formatRule(rule))),
    };
  }

  hasProcess(): boolean {
    return false;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  #tool(effect: ToolEffect): Tool {
    const shown = (what: string) => what === "key" ? this.key : what;
    return defineTool({
      name: effect,
      description: `does nothing but ${effect}`,
      effect,
      args: z.object({ what: z.string() }),
      preview: ({ what }) => ({ subject: what, ...(effect === "edit" && { diff: `+${shown(what)}` }) }),
      run: async ({ what }, { signal }) => {
        const call = `${effect} ${what}`;
        this.ran.push(call);
        this.#change.resolve();
        this.#change = Promise.withResolvers();
        if (call === this.broken) throw new TypeError(`${call} is broken`);
        const { promise: stopped, resolve } = Promise.withResolvers<void>();
        const stop = () => {
          this.stopped.push(call);
          resolve();
        };
        signal.addEventListener("abort", stop, { once: true });
        await Promise.race([this.gate, stopped]);
        signal.removeEventListener("abort", stop);
        return { ok: !signal.aborted, result: `${shown(what)} is done` };
      },
    });
  }
}
