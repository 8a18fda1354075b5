/**
 * JSON from outside: its nesting and the number of its values are bounded before it is parsed, so that a few bytes cannot
 * cost much memory or hold up the loop.
 */
import { jsonExcess, OptaError } from "@opta/protocol";

/** @throws {OptaError} `invalid_request` */
export function readJson(text: string): unknown {
  const excess = jsonExcess(text);
  if (excess !== null) throw new OptaError("invalid_request", excess);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OptaError("invalid_request", "This is not valid JSON.", undefined, { cause });
  }
}
