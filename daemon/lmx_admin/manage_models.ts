/** What can be done with an LMX and its models: one function for each route, with the time that each may take. */
import type { LmxAvailableModel, LmxDownloadProgress, LmxLoadBody, LmxLoadResult, RouteResponse } from "@opta/protocol";
import { askLmx, type LmxServer } from "./ask_lmx.ts";
import * as answers from "./lmx_answers.ts";

/** Looking costs LMX nothing; it may be busy with a load, though. */
const READ_LIMIT_MS = 15_000;
/** The largest models take minutes from a slow disk. */
const LOAD_LIMIT_MS = 15 * 60_000;
/** Unloading waits for requests that run; deleting removes many files; a download begins by asking for its size. */
const CHANGE_LIMIT_MS = 2 * 60_000;

export async function readStatus(server: LmxServer): Promise<RouteResponse<"lmxStatus">> {
  return answers.toStatus(await get(server, "status", answers.AdminStatus));
}

export async function readModels(server: LmxServer): Promise<RouteResponse<"lmxModels">> {
  return answers.toModels(await get(server, "models", answers.AdminModels));
}

export async function readAvailable(server: LmxServer): Promise<LmxAvailableModel[]> {
  return answers.toAvailable(await get(server, "models/available", answers.AdminAvailableModels));
}

export async function readMemory(server: LmxServer): Promise<RouteResponse<"lmxMemory">> {
  return await get(server, "memory", answers.AdminMemory);
}

export async function loadModel(server: LmxServer, options: LmxLoadBody): Promise<LmxLoadResult> {
  const body = {
    model_id: options.modelId,
    backend: options.backend,
    auto_download: options.autoDownload,
    performance_overrides: options.performanceOverrides,
    keep_alive_sec: options.keepAliveSec,
    allow_unsupported_runtime: options.allowUnsupportedRuntime,
  };
  return answers.toLoadResult(
    await askLmx(server, {
      method: "POST",
      path: "models/load",
      body,
      answer: answers.AdminLoad,
      limitMs: LOAD_LIMIT_MS,
    }),
  );
}

export async function confirmLoad(server: LmxServer, confirmationToken: string): Promise<LmxLoadResult> {
  const body = { confirmation_token: confirmationToken };
  return answers.toLoadResult(await post(server, "models/load/confirm", body, answers.AdminLoad));
}

export async function unloadModel(server: LmxServer, modelId: string): Promise<RouteResponse<"lmxUnload">> {
  return answers.toUnloadResult(await post(server, "models/unload", { model_id: modelId }, answers.AdminUnload));
}

export async function startDownload(server: LmxServer, repoId: string): Promise<RouteResponse<"lmxDownload">> {
  return await post(server, "models/download", { repo_id: repoId }, answers.AdminDownload);
}

export async function readProgress(server: LmxServer, downloadId: string): Promise<LmxDownloadProgress> {
  const path = `models/download/${encodeURIComponent(downloadId)}/progress`;
  return answers.toProgress(await get(server, path, answers.AdminProgress));
}

export async function deleteModel(server: LmxServer, modelId: string): Promise<RouteResponse<"lmxDelete">> {
  const path = `models/${encodeURIComponent(modelId)}`;
  const answer = answers.AdminDelete;
  return answers.toDeleted(await askLmx(server, { method: "DELETE", path, answer, limitMs: CHANGE_LIMIT_MS }));
}

type Answer<T> = Parameters<typeof askLmx<T>>[1]["answer"];

function get<T>(server: LmxServer, path: string, answer: Answer<T>): Promise<T> {
  return askLmx(server, { method: "GET", path, answer, limitMs: READ_LIMIT_MS });
}

function post<T>(server: LmxServer, path: string, body: unknown, answer: Answer<T>): Promise<T> {
  return askLmx(server, { method: "POST", path, body, answer, limitMs: CHANGE_LIMIT_MS });
}
