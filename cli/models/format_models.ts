/** Models as tables for people. */
import { formatBytes } from "../output/format_bytes.ts";
import { formatTable } from "../output/output.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import type { ModelRow } from "./model_row.ts";
import type { ModelReport } from "./read_models.ts";

const HEAD = ["MODEL", "STATE", "CONTEXT", "SIZE", ""];

/** One line a model; columns that no model fills are left out. */
export function formatModels({ models }: ModelReport): string {
  const lines = [HEAD, ...models.map(cellsOf)];
  const used = HEAD.map((_, column) => lines.slice(1).some((cells) => cells[column] !== ""));
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) =>
    cells.flatMap((cell, i) => used[i] ? [cell.padEnd(widths[i]!)] : []).join("  ").trimEnd() + "\n"
  ).join("");
}

function cellsOf(model: ModelRow): string[] {
  return [sanitizeLine(model.id), stateOf(model), contextOf(model), sizeOf(model), marksOf(model)];
}

/** Whatever is known of one model. */
export function formatModel(model: ModelRow): string {
  const rows: [name: string, value: string | null][] = [
    ["Model", model.id],
    ["State", stateOf(model)],
    ["Context", model.contextLength === null ? null : `${model.contextLength.toLocaleString("en-US")} tokens`],
    ["Size", model.sizeBytes === null ? null : formatBytes(model.sizeBytes)],
    ["Memory", model.memoryBytes === null ? null : formatBytes(model.memoryBytes)],
    ["Loaded", model.loadedAt],
    ["Requests", model.requestCount === null ? null : String(model.requestCount)],
    ["Downloaded", model.downloadedAt],
    ["Path", model.path],
    ["Use", marksOf(model)],
  ];
  return formatTable(rows.flatMap(([name, value]) => value ? [[name, sanitizeLine(value)] as const] : []));
}

function stateOf({ state }: ModelRow): string {
  return state === "available" ? "on disk" : state ?? "";
}

function contextOf({ contextLength }: ModelRow): string {
  return contextLength === null ? "" : contextLength.toLocaleString("en-US");
}

function sizeOf({ sizeBytes, memoryBytes }: ModelRow): string {
  const bytes = sizeBytes ?? memoryBytes;
  return bytes === null ? "" : formatBytes(bytes);
}

function marksOf({ isDefault, isInUse }: ModelRow): string {
  return [...(isDefault ? ["default"] : []), ...(isInUse ? ["in use"] : [])].join(", ");
}
