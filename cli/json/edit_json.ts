/**
 * Changes a JSON file as a person would: what changes is written anew, and comments, order, indentation and trailing commas
 * of everything else stay. The edits of one value are in `edit_json_value.ts`. Which value is meant is the caller's business.
 */
import { parseJsonc } from "@opta/protocol/jsonc";
import { equal } from "./equal.ts";
import type { Change } from "./edit_json_value.ts";

export type JsonObject = Record<string, unknown>;

/**
 * The text with `wanted` as its value.
 *
 * @param source holds an object; empty for a new file
 * @throws {Error} where a key that is to change stands twice: which one was meant, nobody knows
 */
export async function editJson(source: string, wanted: JsonObject): Promise<string> {
  const mark = source.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = source.slice(mark.length);
  if (text.trim() === "") return JSON.stringify(wanted, null, 2) + "\n";
  const parsed = await parseJsonc(text);
  if (!parsed.ok || !isObject(parsed.value)) throw new TypeError("it does not hold a JSON object");
  const { changeValue } = await import("./edit_json_value.ts"); // its parser is for those who write
  let edited = text;
  for (const change of changesBetween(parsed.value, wanted)) edited = changeValue(edited, change);
  const after = await parseJsonc(edited);
  if (!after.ok || !equal(after.value, wanted)) throw new Error("the change could not be made in this file");
  return mark + edited;
}

/** What is to be done, in an order in which it can be done. */
function changesBetween(before: JsonObject, wanted: JsonObject, path: readonly string[] = []): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(wanted)])];
  return keys.flatMap((key): Change[] => {
    const [old, value] = [ownValue(before, key), ownValue(wanted, key)];
    if (equal(old, value)) return [];
    return isObject(old) && isObject(value)
      ? changesBetween(old, value, [...path, key])
      : [{ path: [...path, key], value }];
  });
}

function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
