/**
 * The permission rules that a project brings along, in `.opta/config.jsonc` of its folder. They came with the folder, perhaps
 * from a stranger: they can only tighten what the user's own rules allow, unless the user trusts exactly this text. A file that
 * cannot be read tightens all.
 */
import { hashProjectFile, MAX_PROJECT_RULES } from "@opta/protocol/project";
import { parseJsonc } from "@opta/protocol/jsonc";
import { z } from "zod";
import { HostError } from "../tools/host/host_process.ts";
import type { Hosts, Workspace } from "../tools/tool.ts";
import { parseRule, type Rule } from "./rule.ts";

/** Where the user is at home: the search goes no further up, and passes Opta's own folder by. */
export interface ProjectBounds {
  home: string | null;
  optaHome: string;
}

export const FindProjectRules = z.object({
  cwd: z.string(),
  roots: z.array(z.string()),
  home: z.string().nullable(),
  optaHome: z.string(),
});

/** The file by its real path. */
export const FoundProjectRules = z.object({ path: z.string(), text: z.string() });
export type FoundProjectRules = z.infer<typeof FoundProjectRules>;

/** What is used of the file; the rest is for the command line. */
const ProjectFile = z.looseObject({
  permissions: z.record(z.string(), z.enum(["allow", "ask", "deny"])).optional(),
});

/** A look at the file for each call of a batch would cost more than the calls. */
const FRESH_MS = 1_000;

const ASK_ALL: readonly Rule[] = [{ tool: "*", pattern: null, decision: "ask" }];

interface Found {
  path: string;
  sha256: string;
  rules: readonly Rule[];
}

export interface ProjectRulesOptions extends ProjectBounds {
  hosts: Pick<Hosts, "reader">;
  workspace: Workspace;
  /** Whether the user trusts the file at this real path, with this hash of its text. */
  isTrusted(path: string, sha256: string): Promise<boolean>;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
}

export class ProjectRules {
  readonly #options: ProjectRulesOptions;
  readonly #now: () => number;
  #known: { found: Promise<Found | null>; atMs: number } | null = null;

  constructor(options: ProjectRulesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** What of the file counts: without the user's trust, nothing that it allows. */
  async read(signal: AbortSignal): Promise<readonly Rule[]> {
    const found = await this.#look(signal);
    if (!found) return [];
    const { path, sha256, rules } = found;
    if (rules.every(({ decision }) => decision !== "allow")) return rules;
    return await this.#options.isTrusted(path, sha256) ? rules : rules.filter(({ decision }) => decision !== "allow");
  }

  #look(signal: AbortSignal): Promise<Found | null> {
    const nowMs = this.#now();
    if (!this.#known || nowMs - this.#known.atMs >= FRESH_MS) this.#known = { found: this.#find(signal), atMs: nowMs };
    return this.#known.found;
  }

  async #find(signal: AbortSignal): Promise<Found | null> {
    const { hosts, workspace: { cwd, roots }, home, optaHome } = this.#options;
    try {
      const host = await hosts.reader();
      const answer = await host.call("findProjectRules", { cwd, roots, home, optaHome }, { signal });
      const file = FoundProjectRules.nullable().parse(answer);
      if (!file) return null;
      const [sha256, rules] = await Promise.all([hashProjectFile(file.text), parseProjectRules(file.text)]);
      return { path: file.path, sha256, rules };
    } catch (error) {
      this.#known = null; // a turn that was cancelled while it looked says nothing to the next
      if (error instanceof HostError) return { path: "", sha256: "", rules: ASK_ALL };
      throw error;
    }
  }
}

export async function parseProjectRules(text: string): Promise<readonly Rule[]> {
  const json = await parseJsonc(text);
  const file = ProjectFile.safeParse(json.ok ? json.value : undefined);
  if (!file.success) return ASK_ALL;
  const rules = Object.entries(file.data.permissions ?? {}).map(([rule, decision]) => parseRule(rule, decision));
  return rules.length <= MAX_PROJECT_RULES && rules.every((rule) => rule !== null) ? rules : ASK_ALL;
}
