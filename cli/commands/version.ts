/** `opta version`: everything that a bug report should name, the daemon that runs included. It starts none. */
import type { Command } from "@commander-js/extra-typings";
import { CONTRACT, VERSION } from "@opta/protocol";
import { type DaemonVersion, describeDaemonVersion, readDaemonVersion } from "../daemon_control/daemon_version.ts";
import { examples } from "../program/examples.ts";
import { writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { jsonFlag } from "../program/json_flag.ts";

export function defineVersion(command: Command): void {
  command
    .option(...jsonFlag)
    .addHelpText("after", examples("opta version", "opta version --json | jq -r .daemon.version"))
    .action(async ({ json }) => {
      const contract = `${CONTRACT.name}@${CONTRACT.version}`;
      const daemon = await daemonHere();
      if (json) {
        writeJson({ version: VERSION, contract, deno: Deno.version.deno, target: Deno.build.target, daemon });
      } else {
        writeOut(`opta ${VERSION} (${contract}, deno ${Deno.version.deno}, ${Deno.build.target})\n`);
        if (daemon) writeOut(`${describeDaemonVersion(daemon)}\n`);
      }
    });
}

/** A version is told whatever is wrong with the folder. */
async function daemonHere(): Promise<DaemonVersion | null> {
  try {
    return await readDaemonVersion(resolvePaths(Deno.env.toObject()).stateDir);
  } catch {
    return null; // "opta daemon status" says what is wrong
  }
}
