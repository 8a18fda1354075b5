/** The service as a task of the Windows Task Scheduler, told by `schtasks`. */
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import { ask } from "./ask_supervisor.ts";
import { escapeXml } from "./launchd_plist.ts";
import type { RunProgram } from "./run_program.ts";
import type { ServiceState, Supervisor } from "./supervisor.ts";
import { TASK_NAME, taskHead, windowsTask } from "./windows_task.ts";

export function taskScheduler(env: Env, run: RunProgram): Supervisor {
  const { USERNAME, USERDOMAIN } = env;
  if (!USERNAME) throw new CliError("Cannot tell whose task it is: USERNAME is not set. Set USERNAME");
  const user = USERDOMAIN ? `${USERDOMAIN}\\${USERNAME}` : USERNAME;
  const task = ["/TN", TASK_NAME];
  const tell = (...args: string[]) => ask(run, "schtasks", args);
  return {
    name: "the Windows Task Scheduler",
    place: `the task "${TASK_NAME}"`,
    compose: (facts) => windowsTask(facts, user),
    headOf: (home) => `${escapeXml(taskHead(home))}</Description>`, // or it were that of a folder with a longer name, too
    async read() {
      const { code, stdout } = await run("schtasks", ["/Query", ...task, "/XML"]);
      return code === 0 ? stdout : null;
    },
    async write(text) {
      await refuseLooseVariables(env, run);
      const path = await Deno.makeTempFile({ prefix: "opta-", suffix: ".xml" });
      try {
        await Deno.writeFile(path, utf16(text));
        await tell("/Create", ...task, "/XML", path, "/F");
      } finally {
        await Deno.remove(path);
      }
    },
    enable: () => tell("/Change", ...task, "/ENABLE"), // it may have been disabled by hand
    async restart() {
      await run("schtasks", ["/End", ...task]);
      await tell("/Run", ...task);
    },
    stop: async () => void await run("schtasks", ["/End", ...task]), // fails when it does not run
    state: () => stateOf(run),
    async remove() {
      await run("schtasks", ["/End", ...task]);
      await tell("/Delete", ...task, "/F");
    },
    inspect: `schtasks /Query /TN "${TASK_NAME}" /V /FO LIST`,
    remark: "It ends when you log out",
  };
}

async function stateOf(run: RunProgram): Promise<ServiceState> {
  const { code, stdout } = await run("schtasks", ["/Query", "/TN", TASK_NAME, "/FO", "CSV", "/NH"]);
  if (code === null) return "unknown";
  return code === 0 && /"Running"\s*$/.test(stdout) ? "active" : "idle";
}

/** A task sees the variables of the account, not those of a shell: with another folder it would be another daemon. */
async function refuseLooseVariables(env: Env, run: RunProgram): Promise<void> {
  for (const name of ["OPTA_HOME", "OPTA_DAEMON_HOST", "OPTA_DAEMON_PORT"]) {
    const value = env[name];
    if (!value) continue;
    const { code, stdout } = await run("reg", ["query", "HKCU\\Environment", "/v", name]);
    if (code === 0 && stdout.includes(value)) continue;
    throw new CliError(
      `Cannot install the service: ${name} is set in this shell alone, and a task does not see it. ` +
        `Set it for your account with "setx ${name} ${value}", and try again`,
    );
  }
}

function utf16(text: string): Uint8Array {
  const codes = [0xfeff, ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))];
  return Uint8Array.from(codes.flatMap((code) => [code & 0xff, code >> 8]));
}
