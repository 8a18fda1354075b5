/** What holds the commands of turns back: the daemon is asked, for it may see other programs than this terminal. */
import { HOST_VARIABLES, SandboxReport } from "@opta/protocol";
import { SANDBOX_TIMEOUT_MS } from "../daemon_control/status.ts";
import { describeSandbox } from "../status/describe_daemon.ts";
import type { Check, Finding } from "./check.ts";
import { runEntry } from "./run_entry.ts";
import type { Situation } from "./situation.ts";

const ENTRY = new URL("../../daemon/tools/run/probe_main.ts", import.meta.url);

export const checkSandbox: Check = {
  name: "sandbox",
  limitMs: SANDBOX_TIMEOUT_MS + 2_000,
  async look(situation, signal) {
    return judgeSandbox(await askDaemon(situation, signal) ?? await probe(signal), Deno.build.os);
  },
};

/** Pure. */
export function judgeSandbox(report: SandboxReport, os: typeof Deno.build.os): Finding {
  const text = describeSandbox(report);
  const detail = text.charAt(0).toUpperCase() + text.slice(1);
  if (report.kind?.startsWith("sandbox")) return { status: "ok", detail };
  if (report.kind === null) return { status: "warning", detail };
  const advice = os === "linux"
    ? "Install bubblewrap (bwrap); where it is there already, this system forbids user namespaces"
    : "Opta has none for this system: allow commands one by one";
  return { status: "warning", detail: `${detail}. ${advice}` };
}

/** `null` when no daemon can be asked, or it is of a version that does not know. */
async function askDaemon(situation: Situation, signal: AbortSignal): Promise<SandboxReport | null> {
  if (await situation.homeProblem() !== null) return null;
  const api = await situation.api();
  if (!api) return null;
  return (await api.call("status", { query: { sandbox: "1" }, signal, timeoutMs: SANDBOX_TIMEOUT_MS })).sandbox;
}

/** By the code that turns use, around a folder that is made for it. */
async function probe(signal: AbortSignal): Promise<SandboxReport> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-doctor-" }));
  try {
    const permissions = [
      `--allow-run=${Deno.execPath().replaceAll(",", ",,")}`,
      `--allow-env=${HOST_VARIABLES.join(",")}`,
    ];
    const { output, stderr } = await runEntry(ENTRY, permissions, [folder], signal);
    return SandboxReport.safeParse(output).data ?? { kind: null, problem: stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
