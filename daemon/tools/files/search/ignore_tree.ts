/** The .gitignore files of a workspace, read as they are needed. */
import { dirname, join, relative, sep } from "node:path";
import { locate } from "../host/locate.ts";
import { readBytes } from "../host/read_bytes.ts";
import { Refusal } from "../host/refusal.ts";
import { decodeText } from "../host/text_encoding.ts";
import { isWithin } from "../../is_within.ts";
import type { Scope } from "../scope.ts";
import { type IgnoreRule, parseIgnore, verdict } from "./ignore_rules.ts";

interface Level {
  folder: string;
  rules: IgnoreRule[];
}

export class IgnoreTree {
  readonly #scope: Scope;
  readonly #root: string;
  /** Of a folder: the rules that hold in it, from the innermost out. */
  readonly #levels = new Map<string, Promise<Level[]>>();

  /** @param start where the rules begin to be asked for: those above it, up to its root, hold as well */
  constructor(scope: Scope, start: string) {
    this.#scope = scope;
    const roots = scope.roots.filter((root) => isWithin(start, root));
    this.#root = roots.sort((a, b) => a.length - b.length)[0] ?? start;
  }

  /** Whether the rules leave it out; whether those leave out a folder above it is another question. */
  async ignores(path: string, isFolder: boolean): Promise<boolean> {
    for (const { folder, rules } of await this.#levelsOf(dirname(path))) {
      const answer = verdict(rules, relative(folder, path).split(sep), isFolder);
      if (answer !== null) return answer;
    }
    return false;
  }

  #levelsOf(folder: string): Promise<Level[]> {
    const known = this.#levels.get(folder) ?? this.#readLevels(folder);
    this.#levels.set(folder, known);
    return known;
  }

  async #readLevels(folder: string): Promise<Level[]> {
    const outer = folder === this.#root || !isWithin(folder, this.#root) ? [] : await this.#levelsOf(dirname(folder));
    const rules = await this.#readRules(join(folder, ".gitignore"));
    return rules.length === 0 ? outer : [{ folder, rules }, ...outer];
  }

  async #readRules(path: string): Promise<IgnoreRule[]> {
    try {
      const place = await locate(this.#scope, path);
      if (!place.info) return [];
      return parseIgnore(decodeText(await readBytes(this.#scope, place))?.text ?? "");
    } catch (error) {
      if (error instanceof Refusal) return []; // a folder of that name, or one that leads out: no rules
      throw error;
    }
  }
}
