/** The models of the server that turns use, and the administration of an Opta LMX. */
import * as lmx from "../lmx.ts";
import type { Route } from "./route.ts";

export const modelRoutes = {
  listModels: {
    method: "GET",
    path: "/v3/models",
    auth: "token",
    summary: "The models of the server that turns use, whichever kind it is",
    response: lmx.ModelList,
  },
  lmxStatus: {
    method: "GET",
    path: "/v3/lmx/status",
    auth: "token",
    summary: "Version, memory and loaded models of the Opta LMX that turns use",
    response: lmx.LmxStatus,
  },
  lmxModels: {
    method: "GET",
    path: "/v3/lmx/models",
    auth: "token",
    summary: "The models that LMX has loaded",
    response: lmx.LmxModels,
  },
  lmxAvailable: {
    method: "GET",
    path: "/v3/lmx/models/available",
    auth: "token",
    summary: "The models on the disk of LMX",
    response: lmx.LmxAvailable,
  },
  lmxMemory: {
    method: "GET",
    path: "/v3/lmx/memory",
    auth: "token",
    summary: "The memory of LMX, and what each model takes of it",
    response: lmx.LmxMemory,
  },
  lmxLoad: {
    method: "POST",
    path: "/v3/lmx/models/load",
    auth: "token",
    summary: "Load a model; answered once it is loaded, or needs a download first",
    body: lmx.LmxLoadBody,
    response: lmx.LmxLoadResult,
  },
  lmxConfirmLoad: {
    method: "POST",
    path: "/v3/lmx/models/load/confirm",
    auth: "token",
    summary: "Download and load the model that a load said it must download",
    body: lmx.LmxConfirmLoadBody,
    response: lmx.LmxLoadResult,
  },
  lmxUnload: {
    method: "POST",
    path: "/v3/lmx/models/unload",
    auth: "token",
    summary: "Unload a model",
    body: lmx.LmxUnloadBody,
    response: lmx.LmxUnloadResult,
  },
  lmxDownload: {
    method: "POST",
    path: "/v3/lmx/models/download",
    auth: "token",
    summary: "Begin to download a repository to the disk of LMX",
    body: lmx.LmxDownloadBody,
    response: lmx.LmxDownload,
  },
  lmxDownloadProgress: {
    method: "GET",
    path: "/v3/lmx/models/download/:downloadId/progress",
    auth: "token",
    summary: "How far a download has come",
    response: lmx.LmxDownloadProgress,
  },
  lmxDelete: {
    method: "DELETE",
    path: "/v3/lmx/models/:modelId",
    auth: "token",
    summary: "Delete a model from the disk of LMX; it must not be loaded",
    response: lmx.LmxDeleted,
  },
} as const satisfies Record<string, Route>;
