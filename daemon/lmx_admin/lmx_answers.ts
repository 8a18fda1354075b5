/**
 * LMX's admin answers as its server writes them, and what the `/v3/lmx` routes make of them. Pure. Only what is needed to
 * tell an LMX from another server is required; whatever else is missing or odd is left out.
 */
import type {
  LmxAvailableModel,
  LmxDownloadProgress,
  LmxLoadResult,
  LmxModel,
  LmxStatus,
  RouteResponse,
} from "@opta/protocol";
import { z } from "zod";

/** LMX counts memory in these. */
const BYTES_OF_GB = 1024 ** 3;

/** Absent, `null` and nonsense are the same. */
const count = z.number().nonnegative().optional().catch(undefined);
const text = z.string().optional().catch(undefined);

export const AdminStatus = z.looseObject({
  version: z.string(),
  uptime_seconds: count,
  models: z.array(z.string()),
  memory: z.object({ total_gb: z.number(), used_gb: z.number(), threshold_percent: count }).optional().catch(undefined),
});
export function toStatus({ version, uptime_seconds, models, memory }: z.output<typeof AdminStatus>): LmxStatus {
  return {
    status: "ok",
    version,
    uptime_seconds,
    models: models.map((model_id) => ({ model_id, status: "loaded" })),
    memory: memory && {
      used_bytes: memory.used_gb * BYTES_OF_GB,
      total_bytes: memory.total_gb * BYTES_OF_GB,
      threshold: memory.threshold_percent,
    },
  };
}

const AdminModel = z.looseObject({
  id: z.string(),
  memory_gb: count,
  loaded_at: count,
  request_count: count,
  context_length: count,
});
export const AdminModels = z.looseObject({ loaded: z.array(AdminModel) });
export function toModels({ loaded }: z.output<typeof AdminModels>): { models: LmxModel[] } {
  return {
    models: loaded.map(({ id, memory_gb, loaded_at, request_count, context_length }) => ({
      model_id: id,
      status: "loaded",
      memory_bytes: memory_gb === undefined ? undefined : memory_gb * BYTES_OF_GB,
      context_length,
      loaded_at: loaded_at ? isoTime(loaded_at) : undefined,
      request_count,
    })),
  };
}

const AdminAvailable = z.looseObject({
  repo_id: z.string(),
  local_path: text,
  size_bytes: count,
  downloaded_at: count,
});
export const AdminAvailableModels = z.array(AdminAvailable);
/** Clients look for the one name or for the other. */
export function toAvailable(models: z.output<typeof AdminAvailableModels>): LmxAvailableModel[] {
  return models.map((model) => ({ ...model, model_id: model.repo_id }));
}

const AdminMemoryShare = z.looseObject({
  memory_gb: z.number().nonnegative().catch(0),
  loaded: z.boolean().catch(true),
});
export const AdminMemory = z.looseObject({
  total_unified_memory_gb: z.number().nonnegative(),
  used_gb: z.number().nonnegative(),
  available_gb: z.number().nonnegative(),
  threshold_percent: count,
  models: z.record(z.string(), AdminMemoryShare).catch({}),
});

/** A load that is done, or one that needs a download: the latter says so by its `status`. */
export const AdminLoad = z.looseObject({
  model_id: z.string(),
  status: text,
  memory_after_load_gb: count,
  time_to_load_ms: count,
  estimated_size_bytes: count,
  estimated_size_human: text,
  confirmation_token: text,
  download_id: text,
  message: text,
  confirm_url: text,
  progress_url: text,
});
export function toLoadResult(raw: z.output<typeof AdminLoad>): LmxLoadResult {
  const { memory_after_load_gb, time_to_load_ms, status, success: _, ...rest } = raw;
  return {
    ...rest,
    status: status === "download_required" || status === "downloading" ? status : "loaded",
    memory_bytes: memory_after_load_gb === undefined ? undefined : memory_after_load_gb * BYTES_OF_GB,
    load_time_seconds: time_to_load_ms === undefined ? undefined : time_to_load_ms / 1_000,
  };
}

export const AdminUnload = z.looseObject({ model_id: z.string(), memory_freed_gb: count });
export function toUnloadResult(
  { model_id, memory_freed_gb }: z.output<typeof AdminUnload>,
): RouteResponse<"lmxUnload"> {
  return {
    model_id,
    status: "unloaded",
    freed_bytes: memory_freed_gb === undefined ? undefined : memory_freed_gb * BYTES_OF_GB,
  };
}

export const AdminDownload = z.looseObject({
  download_id: z.string(),
  repo_id: z.string(),
  status: z.string().catch("downloading"),
  estimated_size_bytes: count,
});

export const AdminProgress = z.looseObject({
  download_id: z.string(),
  repo_id: z.string(),
  status: z.string(),
  progress_percent: z.number().nonnegative().catch(0),
  downloaded_bytes: z.number().nonnegative().catch(0),
  total_bytes: z.number().nonnegative().catch(0),
  files_completed: z.number().nonnegative().catch(0),
  files_total: z.number().nonnegative().catch(0),
  error: text,
  error_code: text,
});
export function toProgress(raw: z.output<typeof AdminProgress>): LmxDownloadProgress {
  return {
    ...raw,
    downloadId: raw.download_id,
    repoId: raw.repo_id,
    progressPercent: raw.progress_percent,
    downloadedBytes: raw.downloaded_bytes,
    totalBytes: raw.total_bytes,
    filesCompleted: raw.files_completed,
    filesTotal: raw.files_total,
    errorCode: raw.error_code,
  };
}

export const AdminDelete = z.looseObject({ model_id: z.string(), freed_bytes: z.number().nonnegative().catch(0) });
export function toDeleted({ model_id, freed_bytes }: z.output<typeof AdminDelete>): RouteResponse<"lmxDelete"> {
  return { modelId: model_id, freedBytes: freed_bytes };
}

/** A time beyond what dates can hold is none. */
function isoTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
