/** `deno task completions`: renews `command_words.json` after commands, flags or config keys have changed. */
import { collectWords } from "./collect_words.ts";

export const WORDS_FILE = new URL("./command_words.json", import.meta.url);

/** The text of the file, as `deno fmt` leaves it. */
export async function wordsText(): Promise<string> {
  return JSON.stringify((await collectWords()).words, null, 2) + "\n";
}

if (import.meta.main) await Deno.writeTextFile(WORDS_FILE, await wordsText());
