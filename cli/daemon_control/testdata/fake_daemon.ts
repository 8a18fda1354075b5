/**
 * A daemon that knows only how to be found, started and stopped, under the permissions of a real one. The name of the
 * model chooses a misbehaviour.
 */
import { ALREADY_RUNNING_EXIT_CODE, CONTRACT, type Health, type StateFile, stateFiles } from "@opta/protocol";
import { parseArgs } from "@std/cli/parse-args";
import { idleRuntime } from "../../../protocol/testing/idle_runtime.ts";

const args = parseArgs(Deno.args, { string: ["state-dir", "host", "ports", "model"] });
const stateDir = args["state-dir"]!;
const stateFile = `${stateDir}/${stateFiles.state}`;

if (args.model === "crash") throw new Error("the store is damaged: cannot open sessions.db");

const lock = Deno.openSync(`${stateDir}/${stateFiles.lock}`, { create: true, read: true, write: true });
if (!await lock.tryLock(true)) Deno.exit(ALREADY_RUNNING_EXIT_CODE);
if (args.model === "mute") await new Promise(() => setInterval(() => {}, 60_000));

const daemonId = crypto.randomUUID();
const version = "0.0.1";
const contracts: Record<string, Health["contract"]> = {
  "next-contract": { name: "opta-daemon-v4", version: 1 },
  "last-contract": { name: "opta-daemon-v2", version: 1 },
};
const contract = contracts[args.model ?? ""] ?? CONTRACT;
const health: Health = {
  status: "ok",
  version,
  daemonId,
  contract,
  runtime: args.model === "busy" ? { ...idleRuntime, activeTurnCount: 1 } : idleRuntime,
};
const server = Deno.serve({
  hostname: args.host!,
  port: Number(args.ports?.split(",")[0]),
  onListen: () => {},
}, () => Response.json(health));

const state: StateFile = {
  pid: Deno.pid,
  daemonId,
  host: args.host!,
  port: server.addr.port,
  token: "t".repeat(43),
  startedAt: new Date().toISOString(),
  logsPath: `${stateDir}/${stateFiles.log}`,
  version,
};
await Deno.writeTextFile(`${stateFile}.tmp`, JSON.stringify(state), { mode: 0o600 });
await Deno.rename(`${stateFile}.tmp`, stateFile);

async function stop(): Promise<void> {
  if (args.model === "stubborn") return;
  await Deno.remove(stateFile);
  await server.shutdown();
  Deno.exit(0);
}
Deno.addSignalListener("SIGTERM", stop);
Deno.addSignalListener("SIGINT", stop);
