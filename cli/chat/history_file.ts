/** The messages of earlier chats, for the up key: a file for the user alone, one JSON string a line, oldest first. */
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";

/** Most messages that can be walked back to. The file holds up to twice as many before it is cut. */
export const MAX_HISTORY = 1_000;
/** Longest message that is kept, in UTF-16 units: a pasted file is not worth finding again with the up key. */
const MAX_ENTRY_LENGTH = 10_000;

const Entry = z.string().min(1).max(MAX_ENTRY_LENGTH);

/** @throws {CliError} when the file is not the user's own */
export async function loadHistory(path: string): Promise<string[]> {
  const lines = (await readPrivateFile(path))?.split("\n") ?? [];
  const entries = lines.flatMap((line) => Entry.safeParse(parseJson(line)).data ?? []); // a torn line is no entry
  const latest = entries.slice(-MAX_HISTORY);
  if (lines.length > 2 * MAX_HISTORY) await writePrivateFile(path, latest.map(lineOf).join(""));
  return latest;
}

/** Appends in one write, so that several chats may share the file. */
export async function appendHistory(path: string, entry: string): Promise<void> {
  if (!Entry.safeParse(entry).success) return;
  await Deno.writeTextFile(path, lineOf(entry), { append: true, mode: 0o600 });
}

function lineOf(entry: string): string {
  return `${JSON.stringify(entry)}\n`;
}
