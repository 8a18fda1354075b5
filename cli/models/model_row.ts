/** A model as the command line shows it, put together from what the server says of it in several places. Pure. */
import type { LmxAvailableModel, LmxModel, ModelList } from "@opta/protocol";

export interface ModelRow {
  id: string;
  /** `available`: on the server's disk. `null` when the server does not say. */
  state: "loaded" | "available" | null;
  contextLength: number | null;
  /** On disk. */
  sizeBytes: number | null;
  /** In memory. */
  memoryBytes: number | null;
  loadedAt: string | null;
  downloadedAt: string | null;
  requestCount: number | null;
  path: string | null;
  /** The default of the settings. */
  isDefault: boolean;
  /** A turn that names no model gets this one now. */
  isInUse: boolean;
}

/** Which models are special. */
export interface Marks {
  defaultModel: string | null;
  inUse: string | null;
}

/** What an LMX says: loaded models first, each group by name. */
export function rowsOfLmx(loaded: LmxModel[], available: LmxAvailableModel[], marks: Marks): ModelRow[] {
  const onDisk = new Map(available.map((model) => [model.repo_id, model]));
  const inMemory = new Map(loaded.map((model) => [model.model_id, model]));
  const ids = [...new Set([...inMemory.keys(), ...onDisk.keys()])];
  const rows = ids.map((id): ModelRow => {
    const [memory, disk] = [inMemory.get(id), onDisk.get(id)];
    return {
      ...emptyRow(id, marks),
      state: memory ? "loaded" : "available",
      contextLength: memory?.context_length ?? null,
      sizeBytes: disk?.size_bytes ?? null,
      memoryBytes: memory?.memory_bytes ?? null,
      loadedAt: memory?.loaded_at ?? null,
      downloadedAt: disk?.downloaded_at ? isoTime(disk.downloaded_at) : null,
      requestCount: memory?.request_count ?? null,
      path: disk?.local_path ?? null,
    };
  });
  return rows.toSorted((a, b) =>
    Number(b.state === "loaded") - Number(a.state === "loaded") || a.id.localeCompare(b.id)
  );
}

/** What any other server says, in its own order. */
export function rowsOfList({ models }: ModelList, marks: Marks): ModelRow[] {
  return models.map(({ id, loaded }) => ({
    ...emptyRow(id, marks),
    state: loaded === null ? null : loaded ? "loaded" : "available",
  }));
}

function emptyRow(id: string, { defaultModel, inUse }: Marks): ModelRow {
  return {
    id,
    state: null,
    contextLength: null,
    sizeBytes: null,
    memoryBytes: null,
    loadedAt: null,
    downloadedAt: null,
    requestCount: null,
    path: null,
    isDefault: id === defaultModel,
    isInUse: id === inUse,
  };
}

function isoTime(seconds: number): string | null {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
