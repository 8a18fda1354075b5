/** What `opta daemon status` tells: as data for scripts, and as a table for people. */
import { stateFiles, VERSION } from "@opta/protocol";
import { join } from "node:path";
import { Api } from "@opta/protocol/client";
import { formatBytes } from "../output/format_bytes.ts";
import { describeHealth, describeSandbox, describeVersion, formatCheckpoints } from "../status/describe_daemon.ts";
import { formatClients, formatLag } from "../status/format_runtime.ts";
import { formatTraffic } from "../output/format_traffic.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { describeService, type ServiceReport } from "../service/installed_service.ts";
import { formatWrapped } from "../output/wrap_table.ts";
import { endpointSource } from "./endpoint.ts";
import { baseUrl, findDaemon } from "./find.ts";
import { readLaunchSettings } from "./launch_record.ts";
import { describeModelServer } from "./launch_settings.ts";
import { whyAbsent } from "./lock.ts";

/** A sandbox that hangs is given up after twelve seconds. */
export const SANDBOX_TIMEOUT_MS = 15_000;

export type StatusReport = Awaited<ReturnType<typeof readStatus>>;
type RunningReport = Extract<StatusReport, { running: true; problem: null }>;

/** Never holds the token or another secret. @throws when a daemon that has just answered does so no more */
export async function readStatus(stateDir: string, signal?: AbortSignal) {
  const found = await findDaemon(stateDir, signal);
  const logPath = join(stateDir, stateFiles.log);
  if (found.kind === "absent") {
    return { running: false, reason: await whyAbsent(stateDir, found.reason), logPath } as const;
  }
  const { pid, daemonId, version, startedAt } = found.state;
  const identity = { running: true, pid, daemonId, url: baseUrl(found.state), version, startedAt } as const;
  if (found.kind === "mismatch") return { ...identity, problem: found.problem, logPath } as const;
  const api = new Api(endpointSource(stateDir));
  const { permissions, model, storage, health, clients, sizes, sandbox } = await api.call("status", {
    query: { sizes: "1", sandbox: "1" },
    signal,
    timeoutMs: SANDBOX_TIMEOUT_MS,
  });
  const launch = await readLaunchSettings(stateDir, daemonId);
  const { status, contract, runtime } = found.health;
  return {
    ...identity,
    problem: null,
    status,
    health,
    clientVersion: VERSION,
    contract,
    uptimeMs: runtime.uptimeMs,
    model,
    modelServer: launch && describeModelServer(launch.modelServer),
    runtime,
    clients,
    permissions,
    sandbox,
    storage,
    sizes,
    logPath,
  } as const;
}

/** @param columns of the terminal, if it is one */
export function formatStatus(report: StatusReport & { service?: ServiceReport }, columns = Infinity): string {
  const service = report.service ? [["Service", describeService(report.service)] as const] : [];
  const rows = !report.running
    ? [["Daemon", `not running: ${report.reason}`], ...service, ["Log", report.logPath]] as const
    : report.problem !== null
    ? [
      ["Daemon", `running, but of no use to this client: ${report.problem}`],
      ...identityRows(report),
      ...service,
    ] as const
    : runningRows(report, service);
  return formatWrapped(rows.map(([name, value]) => [name, sanitizeLine(value)] as const), columns);
}

type Row = readonly [name: string, value: string];

function runningRows(report: RunningReport, service: Row[]): Row[] {
  const { runtime, model, storage, sizes, sandbox } = report;
  const traffic = formatTraffic(runtime.modelTraffic);
  return [
    ["Daemon", describeHealth(report)],
    ...identityRows({ ...report, version: describeVersion(report) }),
    ...service,
    ["Uptime", formatDuration(report.uptimeMs)],
    ["Model", formatModel(model)],
    ...(traffic === "" ? [] : [["Traffic", traffic] as const]),
    [
      "Sessions",
      `${runtime.sessionCount}, turns running ${runtime.activeTurnCount}, waiting ${runtime.queuedTurnCount}`,
    ],
    ["Clients", formatClients(runtime, report.clients)],
    ["Memory", formatBytes(runtime.memoryBytes.rss)],
    ["Event loop lag", formatLag(runtime.eventLoopLagMs)],
    ["Storage", `${storage.path} (${formatBytes(storage.bytes)}, schema ${storage.schemaVersion})`],
    ...(sizes ? [["Checkpoints", formatCheckpoints(sizes.checkpoints)] as const] : []),
    ["Log", `${report.logPath}${sizes ? ` (${formatBytes(sizes.logBytes)})` : ""}`],
    ...(sandbox ? [["Sandbox", describeSandbox(sandbox)] as const] : []),
    ...Object.entries(report.permissions).map(([name, targets]): Row => [
      `May ${name}`,
      targets.length > 0 ? targets.join(", ") : "nothing",
    ]),
  ];
}

/** Without a transport no model can be reached, and the reason says why. */
export function formatModel({ model, provider, transport, reason }: RunningReport["model"]): string {
  return transport === "" ? `none: ${reason}` : `${model} (${provider}, ${transport}): ${reason}`;
}

function identityRows(report: { pid: number; url: string; version: string }): Row[] {
  return [["PID", String(report.pid)], ["URL", report.url], ["Version", report.version]];
}

/** The two largest units: `3 d 4 h`, `12 min 5 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const units: [amount: number, unit: string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0 s";
  return units.slice(first, first + 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
