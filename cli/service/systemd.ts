/** The service as a unit of the user's own systemd, told by `systemctl --user`. */
import { dirname, isAbsolute, join } from "node:path";
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import { ask } from "./ask_supervisor.ts";
import type { RunProgram } from "./run_program.ts";
import { removeIfThere, serviceFile } from "./service_file.ts";
import type { ServiceState, Supervisor } from "./supervisor.ts";
import { systemdUnit, unitHead } from "./systemd_unit.ts";

export const UNIT = "opta.service";

/** Without a session of the user there is no systemd of the user. */
function hintOn(said: string): string {
  return /\bbus\b/.test(said)
    ? "Log in to a session of your own (on the screen or over ssh, not by su or sudo), and do this again there"
    : "";
}

export function systemd(env: Env, run: RunProgram): Supervisor {
  const file = serviceFile(join(configFolder(env), "systemd", "user", UNIT));
  const tell = (...args: string[]) => ask(run, "systemctl", ["--user", ...args], hintOn);
  return {
    name: "systemd",
    place: file.path,
    compose: systemdUnit,
    headOf: unitHead,
    read: file.read,
    write: file.write,
    async enable() {
      await tell("daemon-reload");
      await tell("enable", UNIT);
    },
    async restart() {
      await tell("daemon-reload");
      await run("systemctl", ["--user", "reset-failed", UNIT]); // or the restarts of a person count as those of a crash
      await tell("restart", UNIT);
    },
    stop: () => tell("stop", UNIT),
    state: () => stateOf(run),
    async remove() {
      const problem = await tell("disable", "--now", UNIT).then(() => null, (error) => error);
      await file.remove();
      await removeIfThere(join(dirname(file.path), "default.target.wants", UNIT)); // left when it could not be told
      if (problem !== null) throw problem;
      await tell("daemon-reload");
      await run("systemctl", ["--user", "reset-failed", UNIT]); // or it is listed on as one that failed
    },
    inspect: `journalctl --user -u ${UNIT}`,
    remark: 'It ends when you log out; "loginctl enable-linger" keeps it, from the boot of the machine on',
  };
}

async function stateOf(run: RunProgram): Promise<ServiceState> {
  const { stdout } = await run("systemctl", ["--user", "is-active", UNIT]);
  switch (stdout.trim()) {
    case "active":
    case "activating": // also while it waits for another try
    case "deactivating":
    case "reloading":
      return "active";
    case "inactive":
      return "idle";
    case "failed":
      return "failed";
    default:
      return "unknown"; // nothing at all, when systemd cannot be asked
  }
}

/** As systemd reads it: a relative one counts as none. */
function configFolder({ XDG_CONFIG_HOME, HOME }: Env): string {
  if (XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME)) return XDG_CONFIG_HOME;
  if (HOME) return join(HOME, ".config");
  throw new CliError("Cannot find the folder of systemd's units: HOME is not set. Set HOME or XDG_CONFIG_HOME");
}
