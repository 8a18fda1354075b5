/** What `opta status` tells: the daemon, the model server behind it, and what goes on between them. Starts nothing. */
import {
  type DaemonHealth,
  type DaemonStatus,
  type Health,
  type LmxStatus,
  type ModelList,
  type ModelTraffic,
  type RuntimeStats,
  VERSION,
} from "@opta/protocol";
import { Api, ApiError } from "@opta/protocol/client";
import { endpointSource } from "../daemon_control/endpoint.ts";
import { baseUrl, findDaemon } from "../daemon_control/find.ts";
import { readLaunchSettings } from "../daemon_control/launch_record.ts";
import { describeModelServer } from "../daemon_control/launch_settings.ts";
import { whyAbsent } from "../daemon_control/lock.ts";

export interface Overview {
  daemon:
    | { running: false; reason: string }
    | { running: true; url: string; pid: number; version: string; problem: string }
    | {
      running: true;
      url: string;
      pid: number;
      version: string;
      /** Of this command. */
      clientVersion: string;
      problem: null;
      health: Health["status"];
      /** Why it does not serve as it should; `null` when it does not say. */
      condition: DaemonHealth | null;
      uptimeMs: number;
    };
  /** `null` while no daemon can be asked. */
  modelServer: {
    /** As it was given to the daemon; `null` when it looks for itself, or that is not known. */
    configured: string | null;
    /** `host:port`; `null` when the built-in demo answers. */
    server: string | null;
    reachable: boolean;
    /** Why it is not, or where it was found. */
    reason: string;
    /** What an LMX says of itself; `problem` is why one says nothing. */
    lmx: LmxStatus | null;
    problem: string | null;
  } | null;
  /** The model that a turn would get now, and why. */
  model: DaemonStatus["model"] | null;
  traffic: ModelTraffic | null;
  sessions: { count: number; activeTurns: number; queuedTurns: number } | null;
  clients: (Pick<RuntimeStats, "connectionCount" | "subscriberCount"> & { attached: DaemonStatus["clients"] }) | null;
  /** How late its event loop was in the last minute, in milliseconds. */
  lag: RuntimeStats["eventLoopLagMs"] | null;
  /** The database, and beside it what `DiskSizes` has. */
  disk: { databaseBytes: number; sizes: DaemonStatus["sizes"] } | null;
}

export async function readOverview(stateDir: string): Promise<Overview> {
  const found = await findDaemon(stateDir);
  const nothing = {
    modelServer: null,
    model: null,
    traffic: null,
    sessions: null,
    clients: null,
    lag: null,
    disk: null,
  };
  if (found.kind === "absent") {
    return { daemon: { running: false, reason: await whyAbsent(stateDir, found.reason) }, ...nothing };
  }
  const { pid, version, daemonId } = found.state;
  const daemon = { running: true, url: baseUrl(found.state), pid, version } as const;
  if (found.kind === "mismatch") return { daemon: { ...daemon, problem: found.problem }, ...nothing };

  const api = new Api(endpointSource(stateDir));
  const [list, lmx, launch] = await Promise.all([
    readList(api),
    readLmx(api),
    readLaunchSettings(stateDir, daemonId),
  ]);
  // Last, when the daemon has found its server or given up.
  const { model, health, clients, sizes, storage } = await api.call("status", { query: { sizes: "1" } });
  const { status, runtime } = found.health;
  const { server, reachable, reason } = list;
  const isConfigured = launch !== null && launch.modelServer.kind !== "none";
  return {
    daemon: {
      ...daemon,
      clientVersion: VERSION,
      problem: null,
      health: status,
      condition: health,
      uptimeMs: runtime.uptimeMs,
    },
    modelServer: {
      configured: isConfigured ? describeModelServer(launch.modelServer) : null,
      server,
      reachable,
      reason,
      ...lmx,
    },
    model,
    traffic: runtime.modelTraffic,
    sessions: {
      count: runtime.sessionCount,
      activeTurns: runtime.activeTurnCount,
      queuedTurns: runtime.queuedTurnCount,
    },
    clients: {
      connectionCount: runtime.connectionCount,
      subscriberCount: runtime.subscriberCount,
      attached: clients,
    },
    lag: runtime.eventLoopLagMs,
    disk: { databaseBytes: storage.bytes, sizes },
  };
}

/** An overview shows what there is: what cannot be had is said, not thrown. */
async function readList(api: Api): Promise<Pick<ModelList, "server" | "reachable" | "reason">> {
  try {
    return await api.call("listModels");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { server: null, reachable: false, reason: error.message };
  }
}

async function readLmx(api: Api): Promise<{ lmx: LmxStatus | null; problem: string | null }> {
  try {
    return { lmx: await api.call("lmxStatus"), problem: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isWorthSaying = error.code === "lmx_forbidden" || error.code === "lmx_timeout" ||
      error.code === "lmx_refused";
    return { lmx: null, problem: isWorthSaying ? error.message : null };
  }
}
