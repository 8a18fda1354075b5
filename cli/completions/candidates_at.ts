/** The words that may stand in a place, and whether the shell's own file names may as well. */
import { formatAge } from "../output/format_age.ts";
import type { Candidate } from "./candidate.ts";
import type { CommandWords, CompletionWords, FlagWords, NamedKind } from "./command_words.ts";
import type { Place } from "./find_place.ts";
import type { LiveValues } from "./live_values.ts";
import type { LocalNames } from "./local_names.ts";

/** What the shell adds from its own knowledge. */
export type Fallback = "none" | "files" | "folders";

export interface Candidates {
  fallback: Fallback;
  candidates: Candidate[];
}

/** What is looked up: by the daemon, and in files. */
export interface Sources {
  words: CompletionWords;
  live: LiveValues;
  local: LocalNames;
  nowMs: number;
}

/** Nobody reads more; shells ask before they show a hundred. */
const MAX_CANDIDATES = 60;
/** Every id that the daemon makes begins with this; nobody needs to type it. */
const SESSION_PREFIX = "sess_";
/** What a tool may be allowed; the names of tools are many, and some are patterns. */
const TOOL_DECISIONS = ["allow", "ask", "deny"];

export async function candidatesAt(place: Place, sources: Sources): Promise<Candidates> {
  const { commands, flags, kind, prefix, typed } = place;
  const fallback = kind === "file" ? "files" : kind === "folder" ? "folders" : "none";
  const values = kind === null ? [] : typeof kind === "string" ? await valuesOf(kind, place, sources) : bare(kind);
  const candidates = matching([...commands.map(describeCommand), ...values], typed).slice(0, MAX_CANDIDATES);
  // Where nobody can know what comes, flags are something to go by.
  if (candidates.length === 0 && (kind === null || kind === "text")) candidates.push(...offered(flags, typed));
  return { fallback, candidates: candidates.map(({ word, description }) => ({ word: prefix + word, description })) };
}

async function valuesOf(kind: NamedKind, { typed, args }: Place, sources: Sources): Promise<Candidate[]> {
  const { words, live, local } = sources;
  switch (kind) {
    case "session":
      return await sessions(typed, sources);
    case "model":
      return (await live.models()).map(({ id, isLoaded }) => ({ word: id, description: isLoaded ? "loaded" : "" }));
    case "tag":
      return bare([...new Set((await live.sessions()).flatMap(({ tags }) => tags))]);
    case "configKey":
      return Object.entries(words.configKeys).map(([word, choices]) => ({ word, description: choices.join(", ") }));
    case "configValue":
      return bare(args[0]?.startsWith("permissions.") ? TOOL_DECISIONS : words.configKeys[args[0] ?? ""] ?? []);
    case "profile":
      return bare(await local.profiles());
    case "mcpServer":
      return bare(await local.mcpServers());
    case "file":
    case "folder":
    case "text":
      return [];
    default:
      return kind satisfies never;
  }
}

async function sessions(typed: string, { live, nowMs }: Sources): Promise<Candidate[]> {
  const known = await live.sessions();
  if (known.length === 0) return [];
  const isWhole = SESSION_PREFIX.startsWith(typed) || typed.startsWith(SESSION_PREFIX);
  const candidates = known.map(({ id, title, updatedAt }) => ({
    word: isWhole || !id.startsWith(SESSION_PREFIX) ? id : id.slice(SESSION_PREFIX.length),
    description: `${title || "(empty)"}, ${formatAge(nowMs - Date.parse(updatedAt))}`,
  }));
  return [{ word: "latest", description: "the session in which something happened last" }, ...candidates];
}

function bare(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, description: "" }));
}

function describeCommand({ name, description }: CommandWords): Candidate {
  return { word: name, description };
}

function offered(flags: readonly FlagWords[], typed: string): Candidate[] {
  return matching(flags.map(({ names, description }) => ({ word: names.at(-1)!, description })), typed);
}

function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(typed));
}
