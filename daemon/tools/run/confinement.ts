/**
 * What holds a command back on this machine, from the best there is to nothing. This file owns the kinds, the command
 * line of each, and the words that a person reads before a command runs; which kind works here is found out by
 * `machine.ts`.
 */
import { z } from "zod";
import { isWithin } from "../is_within.ts";

/**
 * `sandbox`: bubblewrap, with everything of its own. `sandbox-shared-proc`: the same where a container forbids a new
 * /proc. `sandbox-root`: the same without a user namespace, for root where the kernel has none. `processes`: no limit on
 * files, but the command's processes live and die together. `none`: nothing.
 */
export const Confinement = z.enum(["sandbox", "sandbox-shared-proc", "sandbox-root", "processes", "none"]);
export type Confinement = z.infer<typeof Confinement>;

/** In which order they are tried. */
export const CONFINEMENTS = Confinement.options;

/** What a sandbox is made around. Real paths. */
export interface Layout {
  /** May be written. */
  roots: readonly string[];
  /** Folders that look empty from inside. */
  hiddenFolders: readonly string[];
  /** Files that look empty from inside. */
  hiddenFiles: readonly string[];
  /** Looks empty from inside whatever the roots are. */
  stateDir: string;
  /** What is to be /tmp; `null` for an empty one that goes with the command. */
  tempDir: string | null;
  network: boolean;
}

const processes = ["--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Where names are resolved from, on machines that keep it in /run. */
const RESOLVERS = ["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf"];

export function isSandbox(kind: Confinement): boolean {
  return kind.startsWith("sandbox");
}

/** Whether the kernel ends all processes of a command with its first. */
export function hasOwnProcesses(kind: Confinement): boolean {
  return kind !== "none";
}

/** The program that starts `argv` in `cwd` with that confinement, and its arguments. */
export function confine(kind: Confinement, layout: Layout, cwd: string, argv: readonly string[]): string[] {
  switch (kind) {
    case "sandbox":
      return ["bwrap", "--unshare-user", ...sandbox(layout), "--proc", "/proc", "--chdir", cwd, "--", ...argv];
    case "sandbox-shared-proc":
      return ["bwrap", "--unshare-user", ...sandbox(layout), "--chdir", cwd, "--", ...argv];
    case "sandbox-root":
      return ["bwrap", ...sandbox(layout), "--proc", "/proc", "--chdir", cwd, "--", ...argv];
    case "processes":
      return ["unshare", ...processes, ...(layout.network ? [] : ["--net"]), "--", ...argv];
    case "none":
      return [...argv];
    default:
      return kind satisfies never;
  }
}

/**
 * Later mounts lie over earlier ones: all is read-only, then the roots are not, then what is hidden is hidden, in a root
 * as well. /run goes because its sockets lead out: of the container engine, of the session bus, of key agents.
 */
function sandbox({ roots, hiddenFolders, hiddenFiles, stateDir, tempDir, network }: Layout): string[] {
  const isOpened = (path: string) => roots.some((root) => isWithin(root, path));
  return [
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session"],
    ...["--cap-drop", "ALL"], // root would keep what it takes to unmount what hides the keys
    ...(network ? [] : ["--unshare-net"]),
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/run"],
    ...RESOLVERS.flatMap((path) => ["--ro-bind-try", path, path]),
    ...(tempDir === null ? ["--tmpfs", "/tmp"] : ["--bind", tempDir, "/tmp"]),
    ...roots.flatMap((root) => ["--bind", root, root]),
    ...hiddenFolders.filter((path) => !isOpened(path)).flatMap((path) => ["--tmpfs", path]),
    ...hiddenFiles.filter((path) => !roots.includes(path)).flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ...["--tmpfs", stateDir],
  ];
}

/** For a person: what the command can do beyond what it says. */
export function describeConfinement(kind: Confinement, roots: readonly string[], network: boolean): string {
  const net = network ? "can use the network" : "has no network";
  if (isSandbox(kind)) {
    return `It runs in a sandbox: it can write in ${
      roots.join(", ")
    } only, sees no keys of your home folder, and ${net}.`;
  }
  return `No sandbox on this machine: the command can touch all your files, and ${net}.`;
}
