/** What a daemon says of itself, in words. Pure. */
import type { DaemonHealth, DiskSizes, Health, SandboxReport } from "@opta/protocol";
import { countOf } from "@opta/view/count_of";
import { formatBytes } from "../output/format_bytes.ts";

/** `health` is `null` from a daemon that is older than it. */
export function describeHealth({ status, health }: { status: Health["status"]; health: DaemonHealth | null }): string {
  const state = status === "ok" ? "running" : `running, ${status.replace("_", " ")}`;
  return health && health.status !== "ok" ? `${state}, degraded: ${health.reasons.join(" ")}` : state;
}

/** That of the client as well, where it is another one. */
export function describeVersion({ version, clientVersion }: { version: string; clientVersion: string }): string {
  return version === clientVersion ? version : `${version}; this client is ${clientVersion}`;
}

export function formatCheckpoints({ bytes, files, isWhole }: DiskSizes["checkpoints"]): string {
  if (files === 0) return "none";
  return `${isWhole ? "" : "at least "}${formatBytes(bytes)} in ${countOf(files, "file")}`;
}

/** What holds the commands of turns back. */
export function describeSandbox({ kind, problem }: SandboxReport): string {
  switch (kind) {
    case null:
      return `not known: ${problem}`;
    case "sandbox":
      return "commands run in bubblewrap";
    case "sandbox-shared-proc":
      return "commands run in bubblewrap, and see the processes of this machine";
    case "sandbox-root":
      return "commands run in bubblewrap, without a user namespace";
    case "processes":
      return "none: commands can touch all your files; their processes end with them";
    case "none":
      return "none: commands can touch all your files";
    default:
      return kind; // of a newer daemon
  }
}
