/**
 * The permission rules of this user, as files of the state folder: `rules.json`, which the command line writes from the
 * config, and `grants.json`, where the daemon keeps what people have chosen for always. Both are small, and read again when
 * they have changed, so that a rule holds from the next call on.
 */
import { RULES_FILE, RulesFile } from "@opta/protocol";
import { join } from "node:path";
import { z } from "zod";
import type { Report } from "../session/report.ts";
import { formatRule, parseRule, type Rule } from "./rule.ts";

/** Chosen for always, in this workspace. */
const Grants = z.array(z.object({ cwd: z.string(), rule: z.string() }));
type Grants = z.infer<typeof Grants>;

const GRANTS_FILE = "grants.json";
/** Grants that are kept; the oldest go first. */
const MAX_GRANTS = 1_000;

/** What holds while a file cannot be read: rather nothing than something that a rule forbids. */
const NOTHING_ALLOWED: readonly Rule[] = [{ tool: "*", pattern: null, decision: "deny" }];

export class RuleBook {
  readonly #stateDir: string;
  readonly #report: Report;
  #rules: { version: string; rules: readonly Rule[] } = { version: "", rules: [] };
  #grants: Promise<Grants> | null = null;
  /** The last write: one after another. */
  #written: Promise<void> = Promise.resolve();

  constructor(stateDir: string, report: Report) {
    this.#stateDir = stateDir;
    this.#report = report;
  }

  /** Those of the config. */
  async rules(): Promise<readonly Rule[]> {
    const path = join(this.#stateDir, RULES_FILE);
    try {
      const { mtime, size, ino } = await Deno.stat(path);
      const version = `${mtime?.getTime()} ${size} ${ino}`;
      if (version !== this.#rules.version) {
        const file = RulesFile.parse(JSON.parse(await Deno.readTextFile(path)));
        this.#rules = { version, rules: Object.entries(file).map(([text, decision]) => readRule(text, decision)) };
      }
      return this.#rules.rules;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      this.#report("error", "The permission rules cannot be read, so nothing is allowed", {
        path,
        error: String(error),
      });
      return NOTHING_ALLOWED;
    }
  }

  /** Those that people have chosen in this workspace. */
  async always(cwd: string): Promise<Rule[]> {
    this.#grants ??= this.#readGrants();
    return (await this.#grants).filter((grant) => grant.cwd === cwd).flatMap(({ rule }) =>
      parseRule(rule, "allow") ?? []
    );
  }

  /** Holds from now on; whether it could be kept for the next daemon, is reported. */
  async remember(cwd: string, rule: Rule): Promise<void> {
    const grant = { cwd, rule: formatRule(rule) };
    const before = this.#grants ??= this.#readGrants();
    const isSame = (other: Grants[number]) => other.cwd === grant.cwd && other.rule === grant.rule;
    this.#grants = before.then((grants) => [...grants.filter((other) => !isSame(other)), grant].slice(-MAX_GRANTS));
    await (this.#written = this.#written.then(() => this.#write()));
  }

  async #write(): Promise<void> {
    const path = join(this.#stateDir, GRANTS_FILE);
    const draft = `${path}.${crypto.randomUUID()}.tmp`;
    try {
      const text = JSON.stringify(await this.#grants, null, 2) + "\n";
      await Deno.writeTextFile(draft, text, { createNew: true, mode: 0o600 });
      await Deno.rename(draft, path);
    } catch (error) {
      await Deno.remove(draft).catch(() => {}); // what led here is the one to tell
      const message = "What was allowed for always cannot be kept: it is asked for again after a restart";
      this.#report("warning", message, { path, error: String(error) });
    }
  }

  async #readGrants(): Promise<Grants> {
    try {
      return Grants.parse(JSON.parse(await Deno.readTextFile(join(this.#stateDir, GRANTS_FILE))));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        this.#report("warning", "What was allowed for always cannot be read: it is asked for again", {
          error: String(error),
        });
      }
      return [];
    }
  }
}

/** @throws {TypeError} */
function readRule(text: string, decision: Rule["decision"]): Rule {
  const rule = parseRule(text, decision);
  if (!rule) throw new TypeError(`${JSON.stringify(text)} is no rule`);
  return rule;
}
