/** `opta models …`: what each sub-command takes and prints. What it does is in `models/`. */
import type { Command } from "@commander-js/extra-typings";
import type { Api } from "@opta/protocol/client";
import { examples } from "../program/examples.ts";
import { formatBytes } from "../output/format_bytes.ts";
import { confirm } from "../models/confirm.ts";
import { connectModels, type ModelsContext, withExitCode } from "../models/connect_models.ts";
import { downloadModel } from "../models/download_model.ts";
import { formatModel, formatModels } from "../models/format_models.ts";
import { loadModel } from "../models/load_model.ts";
import { readModels } from "../models/read_models.ts";
import { requireModel } from "../models/require_model.ts";
import { useModel } from "../models/use_model.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { jsonFlag } from "../program/json_flag.ts";

const NAME = "its id, or the part of it after the owner";
const deviceFlag = ["--device <host[:port]>", "the model server there, when this command starts the daemon"] as const;

/** Unloading waits for requests that run; deleting removes many files. */
const CHANGE_TIMEOUT_MS = 3 * 60_000;

interface Flags {
  device?: string;
  json?: true;
}

export function defineModels(models: Command): void {
  models.command("list")
    .description("the models of the server: loaded, on its disk, default and in use")
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models list", "opta models list --json | jq -r '.models[].id'"))
    .action((flags) => run(flags, list));
  models.command("use")
    .description("make a model the default (model.default)")
    .argument("<name>", NAME)
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models use qwen3-8b-4bit"))
    .action((name, flags) => run(flags, (context) => use(context, name, flags)));
  models.command("info")
    .description("what the server says of one model")
    .argument("<name>", NAME)
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models info qwen3-8b-4bit --json | jq .contextLength"))
    .action((name, flags) => run(flags, (context) => info(context, name, flags)));
  models.command("load")
    .description("load a model into the memory of an Opta LMX")
    .argument("<name>", NAME)
    .option("--download", "download it first when it is not on the server's disk")
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText(
      "after",
      examples("opta models load qwen3-8b-4bit", "opta models load mlx-community/Qwen3-8B-4bit --download"),
    )
    .action((name, flags) => run(flags, (context) => load(context, name, flags)));
  models.command("unload")
    .description("unload a model of an Opta LMX")
    .argument("<name>", NAME)
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models unload qwen3-8b-4bit"))
    .action((name, flags) => run(flags, (context) => unload(context, name, flags)));
  models.command("download")
    .description("download a repository, OWNER/NAME, to the disk of an Opta LMX")
    .argument("<name>", "OWNER/NAME")
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models download mlx-community/Qwen3-8B-4bit"))
    .action((name, flags) => run(flags, (context) => download(context, name, flags)));
  models.command("delete")
    .description("delete a model from the disk of an Opta LMX")
    .argument("<name>", NAME)
    .option("-y, --yes", "do not ask")
    .option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta models delete qwen3-8b-4bit --yes"))
    .action((name, flags) => run(flags, (context) => remove(context, name, flags)));
  models.addHelpText(
    "after",
    examples(
      "opta models download mlx-community/Qwen3-8B-4bit",
      "opta models load qwen3-8b-4bit && opta models use qwen3-8b-4bit",
    ),
  );
}

async function run<F extends Flags>(flags: F, act: (context: ModelsContext, flags: F) => Promise<void>): Promise<void> {
  const env = Deno.env.toObject();
  try {
    await act({ env, paths: resolvePaths(env), device: flags.device }, flags);
  } catch (error) {
    throw withExitCode(error);
  }
}

async function list(context: ModelsContext, { json }: Flags): Promise<void> {
  const report = await readModels(await connectModels(context), context);
  if (json) return writeJson(report);
  if (report.problem !== null) note(report.problem);
  if (report.models.length === 0) return note(`There is no model on ${report.server}`);
  writeOut(formatModels(report));
}

async function use(context: ModelsContext, name: string, { json }: Flags): Promise<void> {
  const used = await useModel(context, name);
  if (json) writeJson(used);
  else writeOut(`The default model is ${sanitizeLine(used.model)}\n`);
  if (used.needsRestart) note('A daemon is running: this takes effect after "opta daemon restart"');
}

async function info(context: ModelsContext, name: string, { json }: Flags): Promise<void> {
  const report = await readModels(await connectModels(context), context);
  const model = requireModel(report, name, 'see "opta models list"');
  if (json) return writeJson({ ...model, server: report.server, provider: report.provider });
  if (report.problem !== null) note(report.problem);
  writeOut(formatModel(model));
}

async function load(context: ModelsContext, name: string, flags: Flags & { download?: true }): Promise<void> {
  const result = await loadModel(await connectModels(context), context, name, { download: flags.download });
  if (flags.json) return writeJson(result);
  const { model_id, load_time_seconds, memory_bytes } = result;
  const figures = [
    ...(load_time_seconds === undefined ? [] : [`${load_time_seconds.toFixed(1)} s`]),
    ...(memory_bytes === undefined ? [] : [formatBytes(memory_bytes)]),
  ];
  writeOut(`Loaded ${sanitizeLine(model_id)}${figures.length > 0 ? ` (${figures.join(", ")})` : ""}\n`);
}

async function unload(context: ModelsContext, name: string, { json }: Flags): Promise<void> {
  const api = await connectModels(context);
  const { id: modelId } = await resolve(api, context, name);
  const result = await api.call("lmxUnload", { body: { modelId }, timeoutMs: CHANGE_TIMEOUT_MS });
  if (json) return writeJson(result);
  const { model_id, freed_bytes } = result;
  writeOut(`Unloaded ${sanitizeLine(model_id)}${freed_bytes ? `, ${formatBytes(freed_bytes)} freed` : ""}\n`);
}

async function download(context: ModelsContext, name: string, { json }: Flags): Promise<void> {
  const result = await downloadModel(await connectModels(context), name, context.env);
  if (json) return writeJson(result);
  writeOut(`Downloaded ${sanitizeLine(result.repo_id)} (${formatBytes(result.downloaded_bytes)})\n`);
}

async function remove(context: ModelsContext, name: string, flags: Flags & { yes?: true }): Promise<void> {
  const api = await connectModels(context);
  const { id, sizeBytes, server } = await resolve(api, context, name);
  const size = sizeBytes === null ? "" : ` (${formatBytes(sizeBytes)})`;
  if (!flags.yes) await confirm(`Delete ${id}${size} from the disk of ${server}?`);
  const result = await api.call("lmxDelete", { params: { modelId: id }, timeoutMs: CHANGE_TIMEOUT_MS });
  if (flags.json) return writeJson(result);
  writeOut(`Deleted ${sanitizeLine(result.modelId)}, ${formatBytes(result.freedBytes)} freed\n`);
}

/** The model that is meant. @throws when the server is no LMX, or does not take the admin key */
async function resolve(api: Api, context: ModelsContext, name: string) {
  const report = await readModels(api, context);
  if (!report.isLmx || report.problem !== null) await api.call("lmxStatus"); // whose refusal says why
  return { ...requireModel(report, name, 'see "opta models list"'), server: report.server };
}
