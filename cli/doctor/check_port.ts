/** Where the daemon listens or would listen, and who is in the way. */
import { describeHeldPorts } from "@opta/protocol";
import { composeLaunch } from "../daemon_control/launch_settings.ts";
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import type { Check, Finding } from "./check.ts";
import { portHolder } from "./port_holder.ts";
import type { Situation } from "./situation.ts";

export const checkPort: Check = {
  name: "port",
  async look(situation, signal) {
    let wanted: ReturnType<typeof wantedPorts>;
    try {
      wanted = wantedPorts(situation.env);
    } catch (error) {
      if (error instanceof CliError) return { status: "failed", detail: error.message };
      throw error;
    }
    const { host, ports } = wanted;
    const [first = 0] = ports;
    const own = await ownPort(situation);
    if (own === first || (own !== null && first === 0)) return { status: "ok", detail: `The daemon listens on ${own}` };
    if (first === 0) return { status: "ok", detail: "Any free one, as OPTA_DAEMON_PORT=0 asks for" };
    const free = own ?? ports.find((port) => isFree(host, port)) ?? null;
    if (free === first) return { status: "ok", detail: `${first} of ${host} is free` };
    return judgeHeld(host, ports, free, await portHolder(host, first, signal), own !== null);
  },
};

/** Pure. @param free the one that is taken instead, by a daemon that runs already if `isTaken` */
export function judgeHeld(
  host: string,
  ports: readonly number[],
  free: number | null,
  holder: string | null,
  isTaken: boolean,
): Finding {
  const who = holder ? `${ports[0]} is held by ${holder}` : "";
  if (free === null) {
    return { status: "failed", detail: `${describeHeldPorts(host, ports)}${who ? `. ${who}` : ""}` };
  }
  const instead = isTaken ? `the daemon listens on ${free}` : `a daemon takes ${free} instead`;
  const held = who || (isTaken ? `${ports[0]} is not used` : `${ports[0]} of ${host} is held by another program`);
  return { status: isTaken ? "ok" : "warning", detail: `${held}; ${instead}` };
}

/** That the config cannot be read matters to other checks: it says nothing of ports. */
function wantedPorts(env: Env): { host: string; ports: number[] } {
  const { host, ports } = composeLaunch({}, env, {}).settings;
  return { host, ports };
}

async function ownPort(situation: Situation): Promise<number | null> {
  if (await situation.homeProblem() !== null) return null;
  const daemon = await situation.daemon();
  return daemon.kind === "absent" ? null : daemon.state.port;
}

/** @throws when it can be had by nobody, as where the system keeps it for others */
function isFree(hostname: string, port: number): boolean {
  try {
    Deno.listen({ hostname, port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
