/** The service as an agent of the user's own launchd, told by `launchctl`. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import { ask, SupervisorError } from "./ask_supervisor.ts";
import { LAUNCHD_LABEL, launchdPlist, plistHead } from "./launchd_plist.ts";
import type { RunProgram } from "./run_program.ts";
import { serviceFile } from "./service_file.ts";
import type { ServiceState, Supervisor } from "./supervisor.ts";

/** There is a `gui` domain for whoever is logged in on the screen. */
function hintOn(said: string): string {
  return /domain/i.test(said) ? "Log in on the screen of this Mac, and do this again there" : "";
}

/** `bootout` answers before the job is gone, and until then `bootstrap` fails with "Input/output error". */
const BOOTSTRAP_TRIES = 20;
/** Milliseconds between two of them: together longer than the daemon may take for a stop. */
const BOOTSTRAP_PAUSE_MS = 1_000;

export function launchd(env: Env, run: RunProgram, uid: number, pauseMs = BOOTSTRAP_PAUSE_MS): Supervisor {
  if (!env.HOME) throw new CliError("Cannot find the folder of launch agents: HOME is not set. Set HOME");
  const file = serviceFile(join(env.HOME, "Library", "LaunchAgents", `${LAUNCHD_LABEL}.plist`));
  const domain = `gui/${uid}`;
  const job = `${domain}/${LAUNCHD_LABEL}`;
  const tell = (...args: string[]) => ask(run, "launchctl", args, hintOn);
  const isKnown = async () => (await run("launchctl", ["print", job])).code === 0;
  const bootstrap = async () => {
    for (let tries = 1;; tries++) {
      try {
        return await tell("bootstrap", domain, file.path);
      } catch (error) {
        if (!(error instanceof SupervisorError) || tries >= BOOTSTRAP_TRIES || !await isKnown()) throw error;
        await delay(pauseMs);
      }
    }
  };
  return {
    name: "launchd",
    place: file.path,
    compose: launchdPlist,
    headOf: plistHead,
    read: file.read,
    write: file.write,
    enable: () => tell("enable", job), // it may have been disabled by hand; the file alone starts it at login
    async restart() {
      if (await isKnown()) await tell("bootout", job); // for a new description to be read
      await bootstrap();
    },
    async stop() {
      if (await stateOf(run, job) === "active") await tell("kill", "SIGTERM", job);
    },
    state: () => stateOf(run, job),
    async remove() {
      const problem = await isKnown() ? await tell("bootout", job).then(() => null, (error) => error) : null;
      await file.remove();
      if (problem !== null) throw problem;
    },
    inspect: `launchctl print ${job}`,
    remark: "It ends when you log out",
  };
}

async function stateOf(run: RunProgram, job: string): Promise<ServiceState> {
  const { code, stdout } = await run("launchctl", ["print", job]);
  if (code === null) return "unknown";
  if (code !== 0) return "idle"; // not known, so not running
  if (/^\s*state = (running|spawn scheduled)$/m.test(stdout)) return "active";
  const exit = /^\s*last exit code = (\d+)/m.exec(stdout)?.[1];
  return exit === undefined || exit === "0" ? "idle" : "failed";
}
