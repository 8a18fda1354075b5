/** The change set that a user means by the id of a turn or of an undo, or by its beginning. */
import type { ChangeSet } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** Nobody needs to type the beginning that all ids of turns share. */
const ID_PREFIX = "turn_";
/** Those that are named to whoever meant none of them. */
const MAX_NAMED = 5;

/** @throws {CliError} when none is meant, or more than one */
export function findChangeSet(changes: readonly ChangeSet[], wanted: string): string {
  const ids = changes.map(({ changeSet }) => changeSet);
  if (ids.includes(wanted)) return wanted;
  const matches = ids.filter((id) => id.startsWith(wanted) || id.startsWith(ID_PREFIX + wanted));
  if (matches.length === 1) return matches[0]!;
  const shown = JSON.stringify(sanitizeLine(wanted));
  if (matches.length > 1) {
    throw new CliError(`${matches.length} turns begin with ${shown}: give more of the id`, ExitCode.usage);
  }
  const latest = ids.slice(-MAX_NAMED).map(sanitizeLine);
  const others = latest.length === 0 ? "No turn of it has changed files" : `The latest are ${latest.join(", ")}`;
  throw new CliError(`No changes of ${shown} are kept in this session. ${others}`, ExitCode.usage);
}
