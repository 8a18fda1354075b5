/** The hash of a session's state: two clients that see the same have the same hash, whatever way they came to it. */
import type { SessionState } from "./state.ts";

/** SHA-256 of the state's canonical JSON, as hexadecimal. */
export async function hashState(state: SessionState): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(state));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON with the keys of every object in order. A key whose value is `undefined` counts as absent. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => isObject(inner) ? sortKeys(inner) : inner);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
}
