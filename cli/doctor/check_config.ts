/** The config file and the variables that override it: whether each key is known, and takes its value. */
import { type Document, readDocument, sectionOf } from "../config/config_document.ts";
import { configFields, fieldOf, parseValue } from "../config/config_keys.ts";
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import type { Check } from "./check.ts";

export const checkConfig: Check = {
  name: "config",
  needsHome: true,
  async look({ paths, env }) {
    let document: Document;
    try {
      document = await readDocument(paths);
    } catch (error) {
      if (error instanceof CliError) return { status: "failed", detail: error.message };
      throw error;
    }
    const { unknown, bad, count } = judge(document, env);
    if (bad.length > 0) return { status: "failed", detail: [...bad, ...unknown].join("; ") };
    if (unknown.length > 0) return { status: "warning", detail: unknown.join("; ") };
    return { status: "ok", detail: count === 0 ? "Nothing is set" : `${count} set, all known and valid` };
  },
};

/** Pure. `bad` keeps commands from starting, `unknown` has no effect. */
export function judge(document: Document, env: Env): { unknown: string[]; bad: string[]; count: number } {
  const unknown: string[] = [];
  const bad: string[] = [];
  let count = 0;
  const take = (key: string, value: unknown, origin: string) => {
    count++;
    const problem = problemOf(() => void parseValue(key, value, origin));
    if (problem) bad.push(problem);
  };
  for (const [section, value] of Object.entries(document)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      unknown.push(`${JSON.stringify(section)} is no section of settings`);
      continue;
    }
    for (const [name, set] of Object.entries(sectionOf(document, section))) {
      const key = `${section}.${name}`;
      if (key === "profiles.active") continue; // a check of its own
      const problem = problemOf(() => void fieldOf(key));
      if (problem) unknown.push(problem);
      else take(key, set, key);
    }
  }
  for (const [key, field] of Object.entries(configFields)) {
    const variable = "env" in field ? field.env : undefined;
    const text = variable && env[variable];
    if (variable && text) take(key, text, variable);
  }
  return { unknown, bad, count };
}

function problemOf(attempt: () => void): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}
