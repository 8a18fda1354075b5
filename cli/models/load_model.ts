/** Loads a model into the memory of an LMX, and with `download` brings it to the server's disk first. */
import type { LmxLoadResult } from "@opta/protocol";
import type { Api } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { ProgressBar } from "../output/progress_bar.ts";
import type { Env } from "../paths.ts";
import { downloadModel } from "./download_model.ts";
import { findModel } from "./find_model.ts";
import { readModels } from "./read_models.ts";
import { quoted, requireModel } from "./require_model.ts";
import type { ModelsContext } from "./connect_models.ts";

/** A little longer than the daemon itself waits, which knows better what to say. */
const LOAD_TIMEOUT_MS = 16 * 60_000;

/** @throws {CliError} */
export async function loadModel(
  api: Api,
  context: ModelsContext,
  name: string,
  { download = false }: { download?: boolean } = {},
): Promise<LmxLoadResult> {
  const modelId = await bringToDisk(api, context, name, download);
  const result = await load(api, modelId, context.env);
  if (result.status === "loaded") return result;
  throw new CliError(`${quoted(modelId)} is not whole on the server: mend it with "opta models download ${modelId}"`);
}

/** @returns the whole name */
async function bringToDisk(api: Api, context: ModelsContext, name: string, download: boolean): Promise<string> {
  const report = await readModels(api, context);
  if (!report.isLmx || report.problem !== null) {
    await api.call("lmxStatus"); // whose refusal says why
    return name;
  }
  const found = findModel(name, report.models.map(({ id }) => id));
  if (!download || found.kind !== "unknown") {
    return requireModel(report, name, `bring it there with "opta models load ${name} --download"`).id;
  }
  await downloadModel(api, name, context.env);
  return name;
}

async function load(api: Api, modelId: string, env: Env): Promise<LmxLoadResult> {
  using interrupt = new Interrupt();
  using _bar = new ProgressBar(`Loading ${modelId}`, env); // LMX does not say how far a load has come
  try {
    return await api.call("lmxLoad", { body: { modelId }, timeoutMs: LOAD_TIMEOUT_MS, signal: interrupt.signal });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    const message = `The server goes on loading ${modelId}; "opta models list" shows when it is loaded`;
    throw new CliError(message, ExitCode.cancelled);
  }
}
