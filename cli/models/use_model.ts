/** Makes a model the default of turns that name none: a setting, which the daemon reads when it starts. */
import { Api } from "@opta/protocol/client";
import { setConfig } from "../config/config.ts";
import { endpointSource } from "../daemon_control/endpoint.ts";
import { findDaemon } from "../daemon_control/find.ts";
import { note } from "../output/output.ts";
import { connectModels, type ModelsContext } from "./connect_models.ts";
import { findModel } from "./find_model.ts";
import { type ModelReport, readModels } from "./read_models.ts";
import { quoted, requireModel } from "./require_model.ts";

export interface UsedModel {
  model: string;
  /** Whether the daemon that runs has other settings until it is restarted. */
  needsRestart: boolean;
}

/** @throws {CliError} when the server has no such model, but one that may be meant */
export async function useModel(context: ModelsContext, name: string): Promise<UsedModel> {
  const { paths, env, device } = context;
  const isRunning = (await findDaemon(paths.stateDir)).kind !== "absent";
  const api = device !== undefined
    ? await connectModels(context)
    : isRunning
    ? new Api(endpointSource(paths.stateDir))
    : null;
  const model = api === null ? name : await nameOnServer(api, context, name);
  await setConfig(paths, "model.default", model);
  if (env.OPTA_MODEL) note("OPTA_MODEL is set and overrides model.default");
  return { model, needsRestart: isRunning };
}

/** A server may know names that it does not list: one that resembles none of its models is taken at its word. */
async function nameOnServer(api: Api, context: ModelsContext, name: string): Promise<string> {
  let report: ModelReport;
  try {
    report = await readModels(api, context);
  } catch (error) {
    note(`${quoted(name)} could not be looked up: ${error instanceof Error ? error.message : String(error)}`);
    return name;
  }
  const found = findModel(name, report.models.map(({ id }) => id));
  if (found.kind !== "unknown" || found.meant !== null) return requireModel(report, name, "").id;
  note(`${report.server ?? "The server"} does not list ${quoted(name)}; it is taken at its word`);
  return name;
}
