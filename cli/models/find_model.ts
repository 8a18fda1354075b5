/** The model that a user means by a name: its whole name, or the part after the owner. */
import { nearest } from "../program/nearest.ts";

export type FoundModel =
  | { kind: "found"; id: string }
  /** `meant`: what it may be a typing error of. */
  | { kind: "unknown"; meant: string | null }
  | { kind: "ambiguous"; ids: string[] };

export function findModel(name: string, ids: readonly string[]): FoundModel {
  if (ids.includes(name)) return { kind: "found", id: name };
  const wanted = name.toLowerCase();
  const matches = ids.filter((id) => [id.toLowerCase(), shortName(id).toLowerCase()].includes(wanted));
  if (matches.length === 1) return { kind: "found", id: matches[0]! };
  if (matches.length > 1) return { kind: "ambiguous", ids: matches };
  const short = nearest(name, ids.map(shortName));
  const meant = nearest(name, ids) ?? ids.find((id) => short !== null && shortName(id) === short) ?? null;
  return { kind: "unknown", meant };
}

/** Without the owner of its repository: `mlx-community/Qwen3-8B-4bit` is `Qwen3-8B-4bit`. */
function shortName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
