/** The overview as a table for people. */
import { formatDuration, formatModel } from "../daemon_control/status.ts";
import { formatBytes } from "../output/format_bytes.ts";
import { formatTraffic } from "../output/format_traffic.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { formatWrapped } from "../output/wrap_table.ts";
import { describeHealth, describeVersion, formatCheckpoints } from "./describe_daemon.ts";
import { formatClients, formatLag } from "./format_runtime.ts";
import type { Overview } from "./read_overview.ts";

type Row = readonly [name: string, value: string];

/** @param columns of the terminal, if it is one */
export function formatOverview(overview: Overview, columns = Infinity): string {
  const { modelServer, model, traffic, sessions, clients, lag, disk } = overview;
  const rows: Row[] = [
    ["Daemon", describeDaemon(overview.daemon)],
    ...(modelServer ? serverRows(modelServer) : []),
    ...(model ? [["Model", describeModel(model, modelServer)] as const] : []),
    ...(traffic ? optionalRow("Traffic", formatTraffic(traffic)) : []),
    ...(sessions
      ? [
        [
          "Sessions",
          `${sessions.count}, turns running ${sessions.activeTurns}, waiting ${sessions.queuedTurns}`,
        ] as const,
      ]
      : []),
    ...(clients ? [["Clients", formatClients(clients, clients.attached)] as const] : []),
    ...(lag ? [["Lag", formatLag(lag)] as const] : []),
    ...(disk ? [["Disk", describeDisk(disk)] as const] : []),
  ];
  return formatWrapped(rows.map(([name, value]) => [name, sanitizeLine(value)] as const), columns);
}

function describeDaemon(daemon: Overview["daemon"]): string {
  if (!daemon.running) return `not running (${daemon.reason}); it starts with "opta chat" or "opta daemon start"`;
  const at = `${daemon.url} (pid ${daemon.pid}, version`;
  if (daemon.problem !== null) {
    return `running at ${at} ${daemon.version}), but of no use to this client: ${daemon.problem}`;
  }
  const state = describeHealth({ status: daemon.health, health: null });
  const where = `${at} ${describeVersion(daemon)}, up ${formatDuration(daemon.uptimeMs)})`;
  const reasons = daemon.condition?.reasons ?? [];
  return `${state}${state === "running" ? "" : ","} at ${where}${reasons.length > 0 ? `; ${reasons.join(" ")}` : ""}`;
}

function describeDisk({ databaseBytes, sizes }: NonNullable<Overview["disk"]>): string {
  const database = `database ${formatBytes(databaseBytes)}`;
  if (!sizes) return database;
  return `${database}, log ${formatBytes(sizes.logBytes)}, checkpoints ${formatCheckpoints(sizes.checkpoints)}`;
}

function serverRows(
  { configured, server, reachable, reason, lmx, problem }: NonNullable<Overview["modelServer"]>,
): Row[] {
  if (!reachable) {
    return [["Model server", `${configured === null ? "none" : `${configured}, not reachable`}: ${reason}`]];
  }
  if (server === null) return [["Model server", "none: the built-in demo answers"]];
  if (!lmx) return [["Model server", server], ...optionalRow("LMX", problem ?? "")];
  const names = lmx.models.map(({ model_id }) => model_id);
  const uptime = lmx.uptime_seconds === undefined ? "" : `, up ${formatDuration(1_000 * lmx.uptime_seconds)}`;
  return [
    ["Model server", `${server}, Opta LMX ${lmx.version ?? ""}${uptime}`],
    ["Loaded", names.length > 0 ? names.join(", ") : 'nothing: load a model with "opta models load NAME"'],
    ...(lmx.memory
      ? [
        ["LMX memory", `${formatBytes(lmx.memory.used_bytes)} of ${formatBytes(lmx.memory.total_bytes)} used`] as const,
      ]
      : []),
  ];
}

/** Why there is none is not said twice. */
function describeModel(model: NonNullable<Overview["model"]>, server: Overview["modelServer"]): string {
  return model.transport === "" && server && !server.reachable && server.reason === model.reason
    ? "none"
    : formatModel(model);
}

function optionalRow(name: string, value: string): Row[] {
  return value === "" ? [] : [[name, value]];
}
