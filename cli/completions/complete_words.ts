/**
 * `opta complete-words SHELL -- WORDS… WORD`: answers the scripts of `opta completions`, which call it at each Tab. WORDS
 * stand before the cursor, without `opta` itself, and WORD is at the cursor, as far as it is typed. The answer is lines:
 * `none`, `files` or `folders`, which the shell adds itself, then `word TAB description`, the first the likeliest.
 *
 * It runs while somebody types, so it loads little, starts no daemon, and says nothing of what goes wrong. The scripts are
 * our own, not those of `@bomb.sh/tab`: these evaluate what has been typed, `$(…)` included, its answers cannot wait for a
 * daemon, and it needs all commands loaded, which alone takes longer than a Tab may.
 */
import { writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { formatCandidate } from "./candidate.ts";
import { candidatesAt } from "./candidates_at.ts";
import { completionWords } from "./command_words.ts";
import { findPlace } from "./find_place.ts";
import { liveValues, refreshValues } from "./live_values.ts";
import { localNames } from "./local_names.ts";
import { readTyped } from "./read_typed.ts";

/** In place of a shell: renew what is kept, and print nothing. */
const REFRESH = "--refresh";

export async function completeWords(shell = "", ...rest: string[]): Promise<void> {
  try {
    const paths = resolvePaths(Deno.env.toObject());
    if (shell === REFRESH) return await refreshValues(paths.stateDir);
    const { before, word } = readTyped(shell, rest);
    const place = findPlace(completionWords.opta, before, word);
    const live = liveValues(paths.stateDir, refreshLater);
    const sources = { words: completionWords, live, local: localNames(paths), nowMs: Date.now() };
    const { fallback, candidates } = await candidatesAt(place, sources);
    const lines = candidates.map(formatCandidate).filter((line) => line !== null);
    writeOut([fallback, ...lines].map((line) => `${line}\n`).join(""));
  } catch {
    // Whatever it is, the command that is being typed will say it.
  }
}

function refreshLater(): void {
  const args = ["run", "-A", "--quiet", Deno.mainModule, "complete-words", REFRESH];
  const io = { stdin: "null", stdout: "null", stderr: "null" } as const;
  new Deno.Command(Deno.execPath(), { args, ...io, detached: true }).spawn().unref();
}
