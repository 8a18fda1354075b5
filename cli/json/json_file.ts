/**
 * The JSON files that the user and Opta both write: read with comments and trailing commas, changed so that whatever else is in
 * them stays as it is, and never written when they could not be read.
 */
import { parseJsonc } from "@opta/protocol/jsonc";
import { editJson, type JsonObject } from "./edit_json.ts";
import { CliError } from "../exit.ts";
import { lstatOrNull } from "../paths.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";
import { whileLocked } from "../while_locked.ts";

/**
 * `null` when there is none.
 *
 * @param wayOut what to do beside mending it
 * @throws {CliError} with line and column where it is broken
 */
export async function readJsonFile(path: string, wayOut = START_AFRESH): Promise<JsonObject | null> {
  const text = await readPrivateFile(path);
  return text === null ? null : await readText(text, path, wayOut);
}

/** @param change gives the value that the file is to have, from the one that it has; it may be a new file */
export async function changeJsonFile(path: string, change: (value: JsonObject) => JsonObject): Promise<void> {
  await whileLocked(path, async () => {
    const text = await readPrivateFile(path);
    if (text !== null) await requireWritable(path);
    const before = text === null ? {} : await readText(text, path, START_AFRESH);
    await writePrivateFile(path, await edited(text ?? "", change(before), path));
  });
}

/** It would be replaced, which takes no leave of the file: whoever has made it read-only means it. */
async function requireWritable(path: string): Promise<void> {
  const mode = (await lstatOrNull(path))?.mode ?? null;
  if (mode === null || (mode & 0o200) !== 0) return;
  throw new CliError(`Cannot change ${path}: it is read-only. Let it be written with "chmod u+w" first`);
}

const START_AFRESH = "remove it to start afresh";

async function readText(text: string, path: string, wayOut: string): Promise<JsonObject> {
  const parsed = await parseJsonc(text);
  if (!parsed.ok && text.trim() !== "") {
    const { problem, line, column } = parsed;
    throw new CliError(`Cannot read ${path}: line ${line}, column ${column}: ${problem}. Mend it, or ${wayOut}`);
  }
  const value = parsed.ok ? parsed.value : undefined;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new CliError(`Cannot read ${path}: it does not hold a JSON object. Mend it, or ${wayOut}`);
}

async function edited(text: string, wanted: JsonObject, path: string): Promise<string> {
  try {
    return await editJson(text, wanted);
  } catch (error) {
    throw new CliError(`Cannot change ${path}: ${(error as Error).message}`, undefined, { cause: error });
  }
}
