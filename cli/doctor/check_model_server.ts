/**
 * The model server: the configured one, or what is found on this machine. A running daemon is asked, for turns go through
 * it; without one the server itself is, as a daemon would find it.
 */
import type { ModelList } from "@opta/protocol";
import { type Api, ApiError } from "@opta/protocol/client";
import { countOf } from "@opta/view/count_of";
import { launchDifference, readLaunchSettings } from "../daemon_control/launch_record.ts";
import {
  authority,
  describeModelServer,
  type Launch,
  loadLaunch,
  type ModelServer,
} from "../daemon_control/launch_settings.ts";
import { PROBE_PORTS } from "../daemon_control/permissions.ts";
import { CliError } from "../exit.ts";
import type { Check, Finding } from "./check.ts";
import { type ProbedServer, probeModelServer } from "./probe_model_server.ts";
import type { Situation } from "./situation.ts";

/** What usually listens there. */
const usualNames: Readonly<Record<number, string>> = { 1234: "LM Studio or LMX", 11434: "Ollama", 8080: "llama.cpp" };

const NONE = 'None is set or found on this machine: the built-in demo answers. Set one with "opta config set ' +
  'connection.host HOST"';

export const MODEL_SERVER = "model server";

export const checkModelServer: Check = {
  name: MODEL_SERVER,
  needsHome: true,
  limitMs: 20_000, // the daemon may look for a server first
  async look(situation, signal) {
    let launch: Launch;
    try {
      launch = await loadLaunch(situation.paths, situation.env);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { status: "skipped", detail: "The settings, which name it, cannot be read" };
    }
    const api = await situation.api();
    const finding = api ? await throughDaemon(api, launch, situation, signal) : await withoutDaemon(launch, signal);
    const difference = api && await differenceOf(launch, situation);
    if (!difference) return finding;
    const detail = `${finding.detail}. The running daemon keeps its settings: ${difference}: "opta daemon restart"`;
    return { status: finding.status === "ok" ? "warning" : finding.status, detail };
  },
};

async function differenceOf(launch: Launch, situation: Situation): Promise<string | null> {
  const fact = await situation.daemon();
  const running = fact.kind === "running"
    ? await readLaunchSettings(situation.paths.stateDir, fact.state.daemonId)
    : null;
  return running && launchDifference(running, launch.settings, {});
}

async function throughDaemon(api: Api, launch: Launch, situation: Situation, signal: AbortSignal): Promise<Finding> {
  const list = await readList(api, signal);
  const daemon = await situation.daemon();
  const running = daemon.kind === "running"
    ? await readLaunchSettings(situation.paths.stateDir, daemon.state.daemonId)
    : null;
  const isConfigured = running !== null && running.modelServer.kind !== "none";
  if (!list.reachable) return { status: isConfigured ? "failed" : "warning", detail: list.reason };
  if (list.server === null) return demoOrCloud(launch);
  const url = running?.modelServer.kind === "url" ? running.modelServer.url : `http://${list.server}`;
  const key = isConfigured ? launch.secrets.apiKey ?? null : null; // not for one that was only found
  const [probed, kind] = await Promise.all([probeModelServer(url, key, signal), kindOf(api, list, signal)]);
  const time = probed.kind === "answers" ? `, ${Math.round(probed.latencyMs)} ms` : "";
  const loaded = list.models.filter(({ loaded }) => loaded === true).length;
  const models = `${countOf(list.models.length, "model")}${loaded > 0 ? ` (${loaded} loaded)` : ""}`;
  const detail = `${list.server}: ${kind}${time}, ${models}`;
  return list.models.length > 0
    ? { status: "ok", detail }
    : { status: "warning", detail: `${detail}: a turn has no model to ask, unless it names one` };
}

/** Either answers without a server of one's own. */
function demoOrCloud(launch: Launch): Finding {
  if (launch.settings.provider === "anthropic") return anthropic(launch);
  return launch.settings.provider === "demo"
    ? { status: "ok", detail: "None needed: the built-in demo answers" }
    : { status: "warning", detail: NONE };
}

async function readList(
  api: Api,
  signal: AbortSignal,
): Promise<Pick<ModelList, "server" | "reachable" | "reason" | "models" | "provider">> {
  try {
    return await api.call("listModels", { signal });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { server: null, reachable: false, reason: error.message, models: [], provider: "" };
  }
}

async function kindOf(api: Api, list: Pick<ModelList, "provider">, signal: AbortSignal): Promise<string> {
  try {
    return `Opta LMX ${(await api.call("lmxStatus", { signal })).version ?? ""}`.trim();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return list.provider === "lmx" ? "Opta LMX" : "OpenAI-compatible";
  }
}

async function withoutDaemon(launch: Launch, signal: AbortSignal): Promise<Finding> {
  const { settings: { provider, modelServer }, secrets } = launch;
  if (provider === "anthropic") return anthropic(launch);
  if (provider === "demo") return { status: "ok", detail: "None needed: the built-in demo answers" };
  if (modelServer.kind !== "none") {
    const probed = await probeModelServer(urlOf(modelServer), secrets.apiKey ?? null, signal);
    return judgeConfigured(describeModelServer(modelServer), probed);
  }
  const places = PROBE_PORTS.map((port) => ({ port, place: authority("127.0.0.1", port) }));
  const probes = await Promise.all(places.map(({ place }) => probeModelServer(`http://${place}`, null, signal)));
  for (const [i, probed] of probes.entries()) {
    const { port, place } = places[i]!;
    if (probed.kind !== "answers" || probed.models === null) continue;
    const detail = `${place}, found on this machine: ${usualNames[port]}, ${describeAnswer(probed)}`;
    return { status: probed.models.length > 0 ? "ok" : "warning", detail };
  }
  return { status: "warning", detail: NONE };
}

/** Pure. */
export function judgeConfigured(place: string, probed: ProbedServer): Finding {
  const change = 'Set another with "opta config set connection.host HOST"';
  if (probed.kind === "unreachable") {
    return { status: "failed", detail: `Cannot reach the model server at ${place}: ${probed.reason}. ${change}` };
  }
  const { status, models } = probed;
  if (status === 401 || status === 403) {
    const detail = `${place} refuses the key (HTTP ${status}). Set it with "opta config set connection.apiKey"`;
    return { status: "failed", detail };
  }
  if (status >= 500) return { status: "failed", detail: `${place} answers with HTTP ${status}. Look at its log` };
  const detail = `${place}: ${describeAnswer(probed)}`;
  return { status: models && models.length > 0 ? "ok" : "warning", detail };
}

function describeAnswer({ latencyMs, status, models }: Extract<ProbedServer, { kind: "answers" }>): string {
  const list = models ? countOf(models.length, "model") : `no list of models (HTTP ${status})`;
  return `${Math.round(latencyMs)} ms, ${list}`;
}

/** Not asked: what leaves this machine is for the user to send. */
function anthropic({ secrets }: Launch): Finding {
  if (secrets.anthropicKey) return { status: "ok", detail: "Turns go to Anthropic, which is not asked from here" };
  const detail = 'Turns go to Anthropic, and there is no key. Set it with "opta config set anthropic.apiKey"';
  return { status: "failed", detail };
}

function urlOf(server: Exclude<ModelServer, { kind: "none" }>): string {
  return server.kind === "url" ? server.url : `http://${authority(server.host, server.port)}`;
}
