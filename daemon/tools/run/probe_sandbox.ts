/** Finds out what holds commands back here, by asking a runner as the ones of sessions are. */
import { HOST_VARIABLES, type SandboxReport } from "@opta/protocol";
import { z } from "zod";
import { startHost } from "../host/host_process.ts";
import { Confinement } from "./confinement.ts";
import { runnerHost } from "./runner_host.ts";

/** Each kind is tried within ten seconds; one that hangs is a finding of its own. */
const LIMIT_MS = 12_000;

const Confined = z.object({ kind: Confinement });

/**
 * Never rejects.
 *
 * @param folder an existing one, by its real path: nothing is written there
 */
export async function probeSandbox(
  folder: string,
  variable: (name: string) => string | undefined,
): Promise<SandboxReport> {
  const env = Object.fromEntries(HOST_VARIABLES.map((name) => [name, variable(name)]));
  try {
    await using host = startHost(() =>
      runnerHost({ workspace: { roots: [folder], cwd: folder }, env, stateDir: folder })
    );
    const { kind } = Confined.parse(await host.call("confinement", null, { signal: AbortSignal.timeout(LIMIT_MS) }));
    return { kind, problem: null };
  } catch (error) {
    return { kind: null, problem: error instanceof Error ? error.message : String(error) };
  }
}
