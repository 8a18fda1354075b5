/**
 * Keeps an older release from taking the place of a newer daemon in passing: it may not be able to read what that one has
 * stored, and then there would be none.
 */
import { VERSION } from "@opta/protocol";
import { CliError } from "../exit.ts";
import { releaseSkew } from "./contract.ts";
import type { FoundDaemon } from "./find.ts";

/** Whether the daemon that was found is of a later release than this one. */
export function isOfLaterRelease(found: FoundDaemon): boolean {
  switch (found.kind) {
    case "absent":
      return false;
    case "mismatch":
      return found.daemonIs === "newer";
    case "running":
      return releaseSkew(found.health.version)?.daemonIs === "newer";
    default:
      return found satisfies never;
  }
}

/** @throws {CliError} */
export function refuseOlder(found: FoundDaemon): void {
  if (found.kind === "absent" || !isOfLaterRelease(found)) return;
  throw new CliError(
    `The running daemon is opta ${found.state.version}, and would be replaced by an older one (${VERSION}), which may not ` +
      'be able to read its sessions. Upgrade opta; or, if the older one is what you want, "opta daemon stop" and then ' +
      '"opta daemon start"',
  );
}
