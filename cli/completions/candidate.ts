/** One word that may stand at the cursor. What comes from sessions, servers or files is made safe to show here. */
import { sanitizeLine } from "../output/sanitize.ts";

export interface Candidate {
  word: string;
  description: string;
}

/** As much of a description as fits beside a word on a wide screen. */
const MAX_DESCRIPTION_LENGTH = 100;

/**
 * A line for the shell's script, `word TAB description`. `null` for a word that would change on its way through a terminal,
 * or break the line: what is shown would not be what is run.
 */
export function formatCandidate({ word, description }: Candidate): string | null {
  if (word === "" || word !== sanitizeLine(word)) return null;
  const line = sanitizeLine(description).replaceAll(/\s+/g, " ");
  const shown = line.length > MAX_DESCRIPTION_LENGTH ? `${line.slice(0, MAX_DESCRIPTION_LENGTH - 1)}…` : line;
  return `${word}\t${shown.toWellFormed()}`;
}
