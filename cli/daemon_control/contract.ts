/** Whether this client and a daemon understand each other, and which of the two to upgrade when they do not. */
import { CONTRACT, VERSION } from "@opta/protocol";

/** What is wrong, and what to do; `null` when both speak the same contract. */
export function contractProblem(theirs: { name: string; version: number }, daemonVersion: string): string | null {
  if (theirs.name === CONTRACT.name && theirs.version === CONTRACT.version) return null;
  const difference = `The daemon (${daemonVersion}) speaks ${theirs.name}@${theirs.version}, ` +
    `this client (${VERSION}) ${CONTRACT.name}@${CONTRACT.version}`;
  return daemonIsNewer(theirs)
    ? `${difference}: the client is the older one, upgrade opta`
    : `${difference}: the daemon is the older one, replace it with "opta daemon restart"`;
}

function daemonIsNewer(theirs: { name: string; version: number }): boolean {
  const generations = [theirs.name, CONTRACT.name].map((name) => Number(/-v(\d+)$/.exec(name)?.[1] ?? 0));
  const [their = 0, our = 0] = generations;
  return their === our ? theirs.version > CONTRACT.version : their > our;
}
