/** The release of the daemon that runs, and how it gets along with this one. */
import { sanitizeLine } from "../output/sanitize.ts";
import { releaseSkew } from "./contract.ts";
import { findDaemon } from "./find.ts";

export interface DaemonVersion {
  version: string;
  /** `null` when it speaks another one than this client, or none that is known. */
  contract: string | null;
  /** In what it differs, and what to do; `null` when it is of this release. */
  skew: string | null;
}

/** `null` when none runs. */
export async function readDaemonVersion(stateDir: string): Promise<DaemonVersion | null> {
  const found = await findDaemon(stateDir);
  switch (found.kind) {
    case "absent":
      return null;
    case "mismatch":
      return { version: found.state.version, contract: null, skew: found.problem };
    case "running": {
      const { version, contract } = found.health;
      return { version, contract: `${contract.name}@${contract.version}`, skew: releaseSkew(version)?.message ?? null };
    }
    default:
      return found satisfies never;
  }
}

export function describeDaemonVersion({ version, contract, skew }: DaemonVersion): string {
  const line = `daemon ${version}${contract === null ? "" : ` (${contract})`}${skew === null ? "" : `. ${skew}`}`;
  return sanitizeLine(line);
}
