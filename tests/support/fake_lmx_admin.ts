/**
 * The admin API of a fake Opta LMX: loads, downloads and deletes the models that the fake server lists. A test sets what is
 * slow or fails through the options, and lets held work go on through `/_control/lmx`.
 */
import { z } from "zod";

export const FakeLmxAdminOptions = z.object({
  /** Asked of each admin request in `x-admin-key`; `null`: none. */
  key: z.string().nullable().default(null),
  /** Loads wait until a test releases them. */
  holdLoads: z.boolean().default(false),
  /** What every load is refused with. */
  loadFailure: z.object({ status: z.number().int(), message: z.string(), code: z.string() }).nullable().default(null),
  /** Bytes that a download has. */
  downloadBytes: z.number().int().positive().default(4 * 1024 ** 3),
  /** Downloads go on by control alone; otherwise by a quarter each time that somebody looks. */
  holdDownloads: z.boolean().default(false),
  /** Gigabytes of memory. */
  totalGb: z.number().positive().default(64),
});
export type FakeLmxAdminOptions = z.output<typeof FakeLmxAdminOptions>;

/** A model as the fake lists it; `size_bytes` and `context_length` may be among its keys. */
export type FakeLmxModel = { id: string; state?: "loaded" | "available" | undefined; [key: string]: unknown };

/** The server around it. */
export interface FakeLmxHost {
  options(): FakeLmxAdminOptions;
  models(): FakeLmxModel[];
  setModels(models: FakeLmxModel[]): void;
}

/** Sets running downloads to `downloaded`; `error` makes them fail. `release` lets so many held loads end. */
const Control = z.object({
  downloaded: z.number().nonnegative().optional(),
  error: z.string().optional(),
  release: z.number().int().positive().optional(),
});

interface Download {
  id: string;
  repoId: string;
  bytes: number;
  error: string | null;
}

const GB = 1024 ** 3;
const SIZE = 2 * GB;

export class FakeLmxAdmin {
  readonly #host: FakeLmxHost;
  readonly #downloads = new Map<string, Download>();
  #released = 0;
  #wake = Promise.withResolvers<void>();

  constructor(host: FakeLmxHost) {
    this.#host = host;
  }

  async control(request: Request): Promise<void> {
    const { downloaded, error, release = 0 } = Control.parse(await request.json());
    for (const download of this.#downloads.values()) {
      if (downloaded !== undefined) this.#advance(download, downloaded);
      if (error !== undefined) download.error = error;
    }
    this.#released += release;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async handle(request: Request): Promise<Response> {
    const { key } = this.#host.options();
    if (key !== null && request.headers.get("x-admin-key") !== key) {
      return Response.json({ detail: "Invalid or missing admin key" }, { status: 403 });
    }
    const path = new URL(request.url).pathname.slice("/admin/".length);
    const body = request.method === "POST" ? await request.json() : {};
    const [, downloadId] = /^models\/download\/([^/]+)\/progress$/.exec(path) ?? [];
    switch (`${request.method} ${path}`) {
      case "GET status":
        return this.#status();
      case "GET memory":
        return this.#memory();
      case "GET models":
        return this.#loaded();
      case "GET models/available":
        return Response.json(
          this.#host.models().map((model) => ({
            repo_id: model.id,
            local_path: `/models/${model.id}`,
            size_bytes: sizeOf(model),
            downloaded_at: 1_700_000_000.5,
          })),
        );
      case "POST models/load":
        return await this.#load(String(body.model_id));
      case "POST models/unload":
        return this.#unload(String(body.model_id));
      case "POST models/download":
        return this.#download(String(body.repo_id));
    }
    if (downloadId !== undefined) return this.#progress(decodeURIComponent(downloadId));
    if (request.method === "DELETE" && path.startsWith("models/")) {
      return this.#delete(decodeURIComponent(path.slice("models/".length)));
    }
    return Response.json({ detail: "Not Found" }, { status: 404 });
  }

  #status(): Response {
    const { totalGb } = this.#host.options();
    const usedGb = this.#usedGb();
    return Response.json({
      version: "0.9.0",
      uptime_seconds: 3_661.5,
      loaded_models: this.#inMemory().length,
      models: this.#inMemory().map(({ id }) => id),
      memory: {
        total_gb: totalGb,
        used_gb: usedGb,
        available_gb: totalGb - usedGb,
        usage_percent: 100 * usedGb / totalGb,
        threshold_percent: 90,
      },
      in_flight_requests: 0,
    });
  }

  #memory(): Response {
    const { totalGb } = this.#host.options();
    return Response.json({
      total_unified_memory_gb: totalGb,
      used_gb: this.#usedGb(),
      available_gb: totalGb - this.#usedGb(),
      threshold_percent: 90,
      models: Object.fromEntries(this.#inMemory().map((m) => [m.id, { memory_gb: sizeOf(m) / GB, loaded: true }])),
    });
  }

  #loaded(): Response {
    const loaded = this.#inMemory().map((model) => ({
      id: model.id,
      loaded: true,
      memory_gb: sizeOf(model) / GB,
      loaded_at: 1_700_000_000,
      use_batching: true,
      request_count: 7,
      last_used_at: 0,
      context_length: model.context_length ?? null,
    }));
    return Response.json({ loaded, count: loaded.length });
  }

  async #load(id: string): Promise<Response> {
    const { holdLoads, loadFailure } = this.#host.options();
    const model = this.#host.models().find((model) => model.id === id);
    if (!model) {
      return Response.json({
        status: "download_required",
        model_id: id,
        estimated_size_bytes: null,
        estimated_size_human: null,
        confirmation_token: "dl-token",
        download_id: null,
        message: "Model not found locally. Confirm download?",
        confirm_url: "/admin/models/load/confirm",
        progress_url: null,
      }, { status: 202 });
    }
    if (loadFailure) return refusal(loadFailure.status, loadFailure.message, loadFailure.code);
    while (holdLoads && this.#released === 0) await this.#wake.promise;
    if (holdLoads) this.#released--;
    this.#setState(id, "loaded");
    return Response.json({
      success: true,
      model_id: id,
      memory_after_load_gb: sizeOf(model) / GB,
      time_to_load_ms: 1_500,
    });
  }

  #unload(id: string): Response {
    const model = this.#inMemory().find((model) => model.id === id);
    if (!model) return refusal(404, `Model '${id}' is not loaded`, "model_not_found");
    this.#setState(id, "available");
    return Response.json({ success: true, model_id: id, memory_freed_gb: sizeOf(model) / GB });
  }

  #download(repoId: string): Response {
    const id = `dl-${this.#downloads.size + 1}`;
    this.#downloads.set(id, { id, repoId, bytes: 0, error: null });
    return Response.json({
      download_id: id,
      repo_id: repoId,
      estimated_size_bytes: this.#host.options().downloadBytes,
      status: "downloading",
    });
  }

  #progress(id: string): Response {
    const download = this.#downloads.get(id);
    if (!download) return refusal(404, `Download '${id}' not found`, "download_not_found");
    const { downloadBytes: total, holdDownloads } = this.#host.options();
    if (!holdDownloads) this.#advance(download, download.bytes + total / 4);
    const isDone = download.bytes >= total;
    return Response.json({
      download_id: id,
      repo_id: download.repoId,
      status: download.error !== null ? "failed" : isDone ? "completed" : "downloading",
      progress_percent: 100 * download.bytes / total,
      downloaded_bytes: download.bytes,
      total_bytes: total,
      files_completed: isDone ? 2 : 1,
      files_total: 2,
      error: download.error,
      error_code: null,
    });
  }

  #advance(download: Download, bytes: number): void {
    const { downloadBytes } = this.#host.options();
    download.bytes = Math.min(bytes, downloadBytes);
    const models = this.#host.models();
    if (download.bytes < downloadBytes || models.some(({ id }) => id === download.repoId)) return;
    this.#host.setModels([...models, { id: download.repoId, state: "available", size_bytes: downloadBytes }]);
  }

  #delete(id: string): Response {
    const models = this.#host.models();
    const model = models.find((model) => model.id === id);
    if (!model) return refusal(404, `Model '${id}' not found`, "model_not_found");
    if (model.state === "loaded") {
      return refusal(409, `Model '${id}' is currently loaded. Unload it before deleting.`, "model_in_use");
    }
    this.#host.setModels(models.filter((model) => model.id !== id));
    return Response.json({ success: true, model_id: id, freed_bytes: sizeOf(model) });
  }

  #inMemory(): FakeLmxModel[] {
    return this.#host.models().filter(({ state }) => state === "loaded");
  }

  #usedGb(): number {
    return this.#inMemory().reduce((sum, model) => sum + sizeOf(model) / GB, 0);
  }

  #setState(id: string, state: "loaded" | "available"): void {
    this.#host.setModels(this.#host.models().map((model) => model.id === id ? { ...model, state } : model));
  }
}

function sizeOf({ size_bytes }: FakeLmxModel): number {
  return typeof size_bytes === "number" ? size_bytes : SIZE;
}

function refusal(status: number, message: string, code: string): Response {
  return Response.json({ error: { message, type: "invalid_request_error", param: null, code } }, { status });
}
