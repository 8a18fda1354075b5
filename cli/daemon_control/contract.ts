/**
 * Whether this client and a daemon understand each other, and which of the two to upgrade when they do not. The contract
 * decides; releases that speak the same one get along, and whoever is older learns of it.
 */
import { CONTRACT, VERSION } from "@opta/protocol";

export interface Contract {
  name: string;
  version: number;
}

/** What is wrong, and what to do; `null` when both speak the same contract. */
export function contractProblem(theirs: Contract, daemonVersion: string): string | null {
  if (theirs.name === CONTRACT.name && theirs.version === CONTRACT.version) return null;
  const difference = `The daemon (${daemonVersion}) speaks ${theirs.name}@${theirs.version}, ` +
    `this client (${VERSION}) ${CONTRACT.name}@${CONTRACT.version}`;
  return daemonIsNewer(theirs)
    ? `${difference}: the client is the older one, upgrade opta to ${daemonVersion}`
    : `${difference}: the daemon is the older one, replace it with "opta daemon restart"`;
}

export interface ReleaseSkew {
  daemonIs: "older" | "newer";
  /** What differs, and what to do. */
  message: string;
}

/** `null` when daemon and client are of the same release. */
export function releaseSkew(daemonVersion: string, ours: string = VERSION): ReleaseSkew | null {
  if (daemonVersion === ours) return null;
  const difference = `The running daemon is opta ${daemonVersion}, this is opta ${ours}`;
  return isNewerRelease(daemonVersion, ours)
    ? { daemonIs: "newer", message: `${difference}: upgrade opta. They get along meanwhile` }
    : { daemonIs: "older", message: `${difference}: bring the daemon to it with "opta daemon restart"` };
}

/** Whether `version` comes after `than`; a release after what led to it (`1.0.0-rc.1`), as semver has it. */
export function isNewerRelease(version: string, than: string = VERSION): boolean {
  const [theirs, ours] = [version, than].map(parse);
  if (!theirs || !ours) return false; // of a version that is none, nothing is known
  const decisive = theirs.numbers.findIndex((part, i) => part !== ours.numbers[i]);
  if (decisive >= 0) return theirs.numbers[decisive]! > ours.numbers[decisive]!;
  if (theirs.pre === "" || ours.pre === "") return theirs.pre === "" && ours.pre !== "";
  return isLaterPre(theirs.pre.split("."), ours.pre.split("."));
}

/** Part by part, numbers as such and before words; of two that are alike as far as they go, the longer one is later. */
function isLaterPre(theirs: readonly string[], ours: readonly string[]): boolean {
  const decisive = theirs.findIndex((part, i) => part !== ours[i]);
  const [their, our] = [theirs[decisive], ours[decisive]];
  if (their === undefined || our === undefined) return their !== undefined;
  const isNumber = (part: string) => /^\d+$/.test(part);
  if (isNumber(their) !== isNumber(our)) return isNumber(our);
  return isNumber(their) ? Number(their) > Number(our) : their > our;
}

function parse(version: string): { numbers: number[]; pre: string } | null {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+.*)?$/.exec(version);
  return match && { numbers: match.slice(1, 4).map(Number), pre: match[4] ?? "" };
}

/** Whether a daemon of another contract is the newer side. */
export function daemonIsNewer(theirs: Contract): boolean {
  const generations = [theirs.name, CONTRACT.name].map((name) => Number(/-v(\d+)$/.exec(name)?.[1] ?? 0));
  const [their = 0, our = 0] = generations;
  return their === our ? theirs.version > CONTRACT.version : their > our;
}
