/**
 * The models of the server that turns use, as things that are listed and managed. What speaks to LMX is loaded when it is
 * first needed: most daemons never do.
 */
import { OptaError } from "@opta/protocol";
import type { LmxServer } from "../lmx_admin/ask_lmx.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { FIND_SERVER_LIMIT_MS } from "./limits.ts";

type LmxRoute =
  | "listModels"
  | "lmxStatus"
  | "lmxModels"
  | "lmxAvailable"
  | "lmxMemory"
  | "lmxLoad"
  | "lmxConfirmLoad"
  | "lmxUnload"
  | "lmxDownload"
  | "lmxDownloadProgress"
  | "lmxDelete";

export function lmxRoutes({ modelServer, adminKey, report }: ServerContext): Pick<Handlers, LmxRoute> {
  const lmx = () => import("../lmx_admin/manage_models.ts");

  /** @throws {OptaError} when there is no server */
  async function find(): Promise<LmxServer> {
    const found = await modelServer.findServer(AbortSignal.timeout(FIND_SERVER_LIMIT_MS));
    switch (found.kind) {
      case "server":
        return { place: found.place, adminKey: found.isConfigured ? adminKey : null };
      case "failure":
        throw new OptaError("lmx_unreachable", found.failure.message);
      case "none":
        throw new OptaError("no_model_server", found.reason);
      default:
        return found satisfies never;
    }
  }

  /**
   * What changes the models of the server; turns must see it.
   *
   * @param model `null` where a token stands for it
   */
  async function change<T>(act: string, model: string | null, ask: (server: LmxServer) => Promise<T>): Promise<T> {
    const target = await find();
    try {
      const result = await ask(target);
      report("info", "The models of the server were changed", { act, model, server: target.place.label });
      return result;
    } finally {
      modelServer.forgetServers(); // after a failure too: it may have been done all the same
    }
  }

  return {
    async listModels() {
      const signal = AbortSignal.timeout(FIND_SERVER_LIMIT_MS);
      const found = await modelServer.findServer(signal);
      if (found.kind === "failure") {
        return { provider: "", server: null, reachable: false, models: [], reason: found.failure.message };
      }
      const listing = await modelServer.listModels(signal);
      const isServer = found.kind === "server";
      const reachable = isServer || listing.models.length > 0; // without a server the demo answers, unless it must not
      return { ...listing, server: isServer ? found.place.label : null, reachable };
    },

    lmxStatus: async () => (await lmx()).readStatus(await find()),
    lmxModels: async () => (await lmx()).readModels(await find()),
    lmxAvailable: async () => (await lmx()).readAvailable(await find()),
    lmxMemory: async () => (await lmx()).readMemory(await find()),

    async lmxLoad({ body }) {
      const { loadModel } = await lmx();
      return await change("load", body.modelId, (server) => loadModel(server, body));
    },

    async lmxConfirmLoad({ body }) {
      const { confirmLoad } = await lmx();
      return await change("load", null, (server) => confirmLoad(server, body.confirmationToken));
    },

    async lmxUnload({ body: { modelId } }) {
      const { unloadModel } = await lmx();
      return await change("unload", modelId, (server) => unloadModel(server, modelId));
    },

    async lmxDownload({ body: { repoId } }) {
      const { startDownload } = await lmx();
      return await change("download", repoId, (server) => startDownload(server, repoId));
    },

    async lmxDownloadProgress({ params }) {
      const progress = await (await lmx()).readProgress(await find(), params.downloadId);
      if (progress.status === "completed") modelServer.forgetServers();
      return progress;
    },

    async lmxDelete({ params: { modelId } }) {
      const { deleteModel } = await lmx();
      return await change("delete", modelId, (server) => deleteModel(server, modelId));
    },
  };
}
