/** Which supervisor this machine has. */
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import { launchd } from "./launchd.ts";
import type { RunProgram } from "./run_program.ts";
import type { Supervisor } from "./supervisor.ts";
import { systemd } from "./systemd.ts";
import { taskScheduler } from "./task_scheduler.ts";

export interface SupervisorOptions {
  env: Env;
  run: RunProgram;
  os?: typeof Deno.build.os;
}

/** @throws {CliError} where none is known */
export function supervisorOf({ env, run, os = Deno.build.os }: SupervisorOptions): Supervisor {
  switch (os) {
    case "linux":
      return systemd(env, run);
    case "darwin":
      return launchd(env, run, Deno.uid() ?? 0);
    case "windows":
      return taskScheduler(env, run);
    default:
      throw new CliError(`Opta knows no way to run a service on ${os}. Start it at login with "opta daemon start"`);
  }
}
