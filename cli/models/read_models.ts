/** All that the server of the daemon says of its models: an LMX of those in memory and on disk, any other of its list. */
import type { LmxAvailableModel, LmxModel } from "@opta/protocol";
import { type Api, ApiError } from "@opta/protocol/client";
import { loadConfig } from "../config/config.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { ModelsContext } from "./connect_models.ts";
import { type ModelRow, rowsOfList, rowsOfLmx } from "./model_row.ts";

export interface ModelReport {
  /** `host:port`; `null` for the built-in demo. */
  server: string | null;
  provider: string;
  isLmx: boolean;
  models: ModelRow[];
  /** Why an LMX says less than it could. */
  problem: string | null;
}

/** Refusals of a server that is no LMX: it says no less than it can. */
const NO_LMX: ReadonlySet<string> = new Set(["lmx_unsupported", "no_model_server"]);

/** @throws {CliError} when the server cannot be reached */
export async function readModels(
  api: Api,
  { paths, env }: ModelsContext,
  signal?: AbortSignal,
): Promise<ModelReport> {
  const options = signal ? { signal } : {};
  const [list, lmx, config] = await Promise.all([
    api.call("listModels", options),
    readLmx(api, options),
    loadConfig(paths, env),
  ]);
  if (!list.reachable) throw new CliError(list.reason, ExitCode.noModelServer);
  const status = await api.call("status", options); // last, when the daemon has found its server
  const { server, provider } = list;
  const inUse = status.model.transport === "" ? null : status.model.model;
  const marks = { defaultModel: config["model.default"] ?? null, inUse };
  if (lmx.kind === "models") {
    return { server, provider, isLmx: true, models: rowsOfLmx(lmx.loaded, lmx.available, marks), problem: null };
  }
  return { server, provider, isLmx: lmx.problem !== null, models: rowsOfList(list, marks), problem: lmx.problem };
}

type LmxModels =
  | { kind: "models"; loaded: LmxModel[]; available: LmxAvailableModel[] }
  | { kind: "none"; problem: string | null };

async function readLmx(api: Api, options: { signal?: AbortSignal }): Promise<LmxModels> {
  try {
    const [{ models }, available] = await Promise.all([
      api.call("lmxModels", options),
      api.call("lmxAvailable", options),
    ]);
    return { kind: "models", loaded: models, available };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: "none", problem: NO_LMX.has(error.code) ? null : error.message };
  }
}
