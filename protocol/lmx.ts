/**
 * Models of an Opta LMX as things to manage: bodies and answers of the `/v3/lmx` routes, as the clients of earlier daemons
 * speak them (v3), and of `/v3/models`, which any model server can answer.
 *
 * Keys of answers are in snake case, as LMX writes them; what a server says beyond them passes through. Sizes are in bytes
 * where a key says so, gigabytes are of 1024³ bytes.
 */
import * as z from "zod";

const count = z.number().nonnegative();
/** The name of a model or of a repository: LMX takes nothing longer. */
const name = z.string().trim().min(1, "is empty: name a model").max(200);

/** A model in the memory of the server. */
export const LmxModel = z.looseObject({
  model_id: z.string(),
  /** `loaded`; a server may know more states. */
  status: z.string(),
  memory_bytes: count.optional(),
  /** Tokens. */
  context_length: count.optional(),
  loaded_at: z.string().optional(),
  request_count: count.optional(),
});
export type LmxModel = z.infer<typeof LmxModel>;

export const LmxStatus = z.looseObject({
  /** `ok`: an LMX that cannot be asked answers with an error instead. */
  status: z.string(),
  version: z.string().optional(),
  uptime_seconds: count.optional(),
  models: z.array(LmxModel),
  /** `threshold`: percent of the memory above which LMX loads no more. */
  memory: z.looseObject({ used_bytes: count, total_bytes: count, threshold: count.optional() }).optional(),
});
export type LmxStatus = z.infer<typeof LmxStatus>;

export const LmxModels = z.looseObject({ models: z.array(LmxModel) });

/** A model on the server's disk, whether or not it is loaded. */
export const LmxAvailableModel = z.looseObject({
  model_id: z.string(),
  repo_id: z.string(),
  local_path: z.string().optional(),
  size_bytes: count.optional(),
  /** Seconds since 1970. */
  downloaded_at: count.optional(),
});
export type LmxAvailableModel = z.infer<typeof LmxAvailableModel>;

export const LmxAvailable = z.array(LmxAvailableModel);

export const LmxMemory = z.looseObject({
  total_unified_memory_gb: count,
  used_gb: count,
  available_gb: count,
  threshold_percent: count.optional(),
  models: z.record(z.string(), z.looseObject({ memory_gb: count, loaded: z.boolean() })),
});

/** `autoDownload`: a model that is not on the server's disk is downloaded first, without asking back. */
export const LmxLoadBody = z.object({
  modelId: name,
  backend: z.string().max(100).optional(),
  autoDownload: z.boolean().optional(),
  performanceOverrides: z.record(z.string(), z.unknown()).optional(),
  keepAliveSec: z.number().int().nonnegative().optional(),
  allowUnsupportedRuntime: z.boolean().optional(),
});
export type LmxLoadBody = z.infer<typeof LmxLoadBody>;

/**
 * Comes when the model is loaded, which takes minutes for a large one; or at once with `download_required`, to be confirmed
 * by `confirmation_token`, or `downloading`, to be followed by `download_id`.
 */
export const LmxLoadResult = z.looseObject({
  model_id: z.string(),
  status: z.enum(["loaded", "download_required", "downloading"]),
  memory_bytes: count.optional(),
  load_time_seconds: count.optional(),
  estimated_size_bytes: count.optional(),
  estimated_size_human: z.string().optional(),
  confirmation_token: z.string().optional(),
  download_id: z.string().optional(),
  message: z.string().optional(),
});
export type LmxLoadResult = z.infer<typeof LmxLoadResult>;

export const LmxConfirmLoadBody = z.object({ confirmationToken: z.string().min(1).max(200) });

export const LmxUnloadBody = z.object({ modelId: name });
export const LmxUnloadResult = z.looseObject({
  model_id: z.string(),
  status: z.literal("unloaded"),
  freed_bytes: count.optional(),
});

export const LmxDownloadBody = z.object({ repoId: name });
export const LmxDownload = z.looseObject({
  download_id: z.string(),
  repo_id: z.string(),
  status: z.string(),
  estimated_size_bytes: count.optional(),
});

/** How far a download has come. Later clients of earlier daemons read the keys in camel case, so both are there. */
export const LmxDownloadProgress = z.looseObject({
  download_id: z.string(),
  repo_id: z.string(),
  /** `pending`, `downloading`, `completed`, `failed`, `cancelled`. */
  status: z.string(),
  progress_percent: count,
  downloaded_bytes: count,
  /** 0 while it is not known. */
  total_bytes: count,
  files_completed: count,
  files_total: count,
  error: z.string().optional(),
  error_code: z.string().optional(),
});
export type LmxDownloadProgress = z.infer<typeof LmxDownloadProgress>;

/** In camel case, as earlier daemons answered this one alone. */
export const LmxDeleted = z.looseObject({ modelId: z.string(), freedBytes: count });

/** What any model server says of its models; `server` is its `host:port`, or `null` when the built-in demo answers. */
export const ModelList = z.object({
  provider: z.string(),
  server: z.string().nullable(),
  /** Whether it answers; the demo does. */
  reachable: z.boolean(),
  /** `loaded` is `null` when the server does not say. */
  models: z.array(z.object({ id: z.string(), loaded: z.boolean().nullable() })),
  /** Where the models are, or why there are none. */
  reason: z.string(),
});
export type ModelList = z.infer<typeof ModelList>;
