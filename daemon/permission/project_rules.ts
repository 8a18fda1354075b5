/**
 * The permission rules that a project brings along, in `.opta/config.json` of its folder. They came with the folder, perhaps
 * from a stranger, so they can only tighten what the user's own rules allow. A file that cannot be read tightens all.
 */
import { z } from "zod";
import { HostError } from "../tools/host/host_process.ts";
import type { Hosts, Workspace } from "../tools/tool.ts";
import { parseRule, type Rule } from "./rule.ts";

export const PROJECT_FILE = ".opta/config.json";
/** More than this is no list of settings. */
export const MAX_PROJECT_FILE_BYTES = 64 * 1024;

export const FindProjectRules = z.object({ cwd: z.string(), roots: z.array(z.string()) });

/** What is used of the file; other releases keep other things in it. */
const ProjectFile = z.looseObject({
  permissions: z.record(z.string(), z.enum(["allow", "ask", "deny"])).optional(),
});

/** A look at the file for each call of a batch would cost more than the calls. */
const FRESH_MS = 1_000;

const ASK_ALL: readonly Rule[] = [{ tool: "*", pattern: null, decision: "ask" }];

export class ProjectRules {
  readonly #hosts: Pick<Hosts, "reader">;
  readonly #workspace: Workspace;
  readonly #now: () => number;
  #known: { rules: Promise<readonly Rule[]>; atMs: number } | null = null;

  /** @param now milliseconds of a monotonic clock */
  constructor(hosts: Pick<Hosts, "reader">, workspace: Workspace, now: () => number = () => performance.now()) {
    this.#hosts = hosts;
    this.#workspace = workspace;
    this.#now = now;
  }

  read(signal: AbortSignal): Promise<readonly Rule[]> {
    const nowMs = this.#now();
    if (!this.#known || nowMs - this.#known.atMs >= FRESH_MS) this.#known = { rules: this.#find(signal), atMs: nowMs };
    return this.#known.rules;
  }

  async #find(signal: AbortSignal): Promise<readonly Rule[]> {
    const { cwd, roots } = this.#workspace;
    try {
      const host = await this.#hosts.reader();
      const text = z.string().nullable().parse(await host.call("findProjectRules", { cwd, roots }, { signal }));
      return text === null ? [] : parseProjectRules(text);
    } catch (error) {
      if (error instanceof HostError) return ASK_ALL;
      throw error;
    }
  }
}

export function parseProjectRules(text: string): readonly Rule[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return ASK_ALL;
  }
  const file = ProjectFile.safeParse(json);
  if (!file.success) return ASK_ALL;
  const rules = Object.entries(file.data.permissions ?? {}).map(([rule, decision]) => parseRule(rule, decision));
  return rules.every((rule) => rule !== null) ? rules : ASK_ALL;
}
