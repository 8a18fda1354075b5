/**
 * Puts the daemon together and takes it apart again. The order matters: first the lock, so that nobody else touches the
 * folder; then what the last daemon left is brought to an end; listening comes last, so that nobody is served before.
 */
import { type StateFile, stateFiles, VERSION } from "@opta/protocol";
import { join } from "node:path";
import { takeInstanceLock } from "./instance_lock.ts";
import { readingPace } from "./model/demo_model.ts";
import { ModelSelection } from "./model/selection.ts";
import { countAppends, Counters } from "./observe/counters.ts";
import { LagMeter } from "./observe/lag.ts";
import { ModelCounters } from "./observe/model_counters.ts";
import { openLog } from "./observe/log.ts";
import { permissionsInForce } from "./permissions.ts";
import { NoFreePortError } from "./server/listen.ts";
import { newSecret } from "./server/secret.ts";
import { Server, type ServerOptions } from "./server/server.ts";
import type { DaemonParts } from "./server/context.ts";
import { type Report, Sessions } from "./session/sessions.ts";
import type { DaemonSettings } from "./settings.ts";
import { StartError } from "./start_error.ts";
import { checkStateDir } from "./state_dir.ts";
import { removeStateFile, writeStateFile } from "./state_file.ts";
import { SqliteStore } from "./store/sqlite_store.ts";
import { StorageError, type Store } from "./store/store.ts";

/** Time that running turns get to end by themselves before they are interrupted: somebody waits for the stop. */
const STOP_GRACE_MS = 3_000;

export interface Daemon extends AsyncDisposable {
  state: StateFile;
  store: Store;
  report: Report;
  /** Resolves when nobody can connect any more, and never otherwise. */
  lost: Promise<void>;
}

/** @throws {StartError} for what whoever starts it can do something about */
export async function startDaemon(settings: DaemonSettings): Promise<Daemon> {
  const { stateDir } = settings;
  await using parts = new AsyncDisposableStack();
  await checkStateDir(stateDir);
  parts.use(await takeInstanceLock(stateDir));
  parts.defer(() => removeStateFile(stateDir));

  const token = newSecret();
  const daemonId = `daemon_${crypto.randomUUID()}`;
  const startedAt = new Date();
  const logsPath = join(stateDir, stateFiles.log);
  const secrets = [token, settings.apiKey ?? "", settings.adminKey ?? "", settings.anthropic.apiKey ?? ""];
  const { report } = parts.use(openLog({ path: logsPath, foreground: settings.foreground, secrets }));
  const counters = new Counters();
  const store = parts.use(await openStore(settings));
  countAppends(store, counters);
  const modelCounters = new ModelCounters();
  const models = parts.use(modelsOf(settings, modelCounters));
  models.warm();
  const sessions = new Sessions({ store, models, daemonId, report, ...maxSessionsOf(settings) });
  parts.defer(() => sessions.stop(STOP_GRACE_MS));
  await sessions.recover();

  const lag = parts.use(new LagMeter());
  const server = listen({
    daemonId,
    startedAt,
    store,
    sessions,
    counters,
    modelCounters,
    lag,
    report,
    describeModel: () => models.describe(),
    permissions: () => permissionsInForce(settings),
  }, { ...settings, token });
  parts.defer(() => server.stop());
  parts.defer(async () => {
    server.beginStop();
    await sessions.stop(STOP_GRACE_MS); // before the server, so that clients see how their turns end
  });

  const { host, port } = server;
  const state = {
    pid: Deno.pid,
    daemonId,
    host,
    port,
    token,
    startedAt: startedAt.toISOString(),
    logsPath,
    version: VERSION,
  };
  await writeStateFile(stateDir, state);
  report("info", "The daemon listens", { host, port, pid: Deno.pid, version: VERSION, daemonId });
  const all = parts.move();
  return { state, store, report, lost: server.lost, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function openStore({ stateDir, bootId }: DaemonSettings): Promise<SqliteStore> {
  try {
    return await SqliteStore.open({ path: join(stateDir, stateFiles.database), bootId });
  } catch (cause) {
    if (cause instanceof StorageError) throw new StartError(cause.message, 1, { cause });
    throw cause;
  }
}

function listen(parts: DaemonParts, options: ServerOptions): Server {
  try {
    return new Server(parts, options);
  } catch (cause) {
    if (cause instanceof NoFreePortError) throw new StartError(`Cannot listen: ${cause.message}`, 1, { cause });
    throw cause;
  }
}

function modelsOf(
  { modelServer, baseUrl, provider, model, maxTokens, apiKey, timeouts, demoTokensPerSecond }: DaemonSettings,
  counters: ModelCounters,
): ModelSelection {
  return new ModelSelection({
    configured: modelServer,
    provider: provider === "anthropic" ? "auto" : provider,
    baseUrl,
    defaultModel: model,
    apiKey,
    timeouts,
    maxTokens,
    counters,
    ...(demoTokensPerSecond !== undefined && { demoPace: { ...readingPace, tokensPerSecond: demoTokensPerSecond } }),
  });
}

function maxSessionsOf({ maxSessions }: DaemonSettings): { maxSessions?: number } {
  return maxSessions === undefined ? {} : { maxSessions };
}
