/** `opta daemon install` and `uninstall`: what they print. What they do is in `service/`. */
import { supervisorOf } from "../service/choose_supervisor.ts";
import { installService } from "../service/install.ts";
import { runProgram } from "../service/run_program.ts";
import { unseenVariables } from "../service/service_facts.ts";
import { uninstallService } from "../service/uninstall.ts";
import { ExitCode } from "../exit.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";

export async function install(json?: boolean): Promise<ExitCode> {
  const env = Deno.env.toObject();
  const supervisor = supervisorOf({ env, run: runProgram });
  const result = await installService({ paths: resolvePaths(env), env, supervisor });
  const { place, written, enabled, daemon, problem } = result;
  const notes = [...result.notes, ...unseenVariables(env)];
  if (json) {
    writeJson({ ...result, notes });
  } else {
    writeOut(`${place} ${written ? "is written" : "was there already"}\n`);
    if (enabled) writeOut(`The daemon starts at login. ${supervisor.remark}.\n`);
    if (enabled && daemon) writeOut(`It runs at ${daemon.url} (pid ${daemon.pid})\n`);
  }
  for (const each of notes) note(each);
  if (problem === null) return ExitCode.done;
  note(problem);
  return ExitCode.failed;
}

export async function uninstall(json?: boolean): Promise<ExitCode> {
  const env = Deno.env.toObject();
  const result = await uninstallService(resolvePaths(env), supervisorOf({ env, run: runProgram }));
  const { place, wasInstalled, problem, daemon } = result;
  if (json) writeJson(result);
  else if (!wasInstalled) writeOut("The service was not installed\n");
  else writeOut(`The service is removed: ${place}\n`);
  if (daemon) note(`A daemon runs still (pid ${daemon.pid}). "opta daemon stop" ends it`);
  if (problem === null) return ExitCode.done;
  note(problem);
  return ExitCode.failed;
}
