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
import { readDiskSizes } from "./observe/disk_sizes.ts";
import { oneAtATime } from "./observe/one_at_a_time.ts";
import { LagMeter } from "./observe/lag.ts";
import { ModelCounters } from "./observe/model_counters.ts";
import { openLog } from "./observe/log.ts";
import { longSecrets, withoutSecrets } from "./observe/redact.ts";
import { permissionsInForce } from "./permissions.ts";
import { NoFreePortError } from "./server/listen.ts";
import { pageName } from "./server/page_name.ts";
import { newSecret } from "./server/secret.ts";
import { Server, type ServerOptions } from "./server/server.ts";
import type { DaemonParts } from "./server/context.ts";
import type { Report } from "./session/report.ts";
import { Sessions } from "./session/sessions.ts";
import { PERMISSION_LIMIT_MS } from "./session/limits.ts";
import { changeSource } from "./tools/files/checkpoints/change_source.ts";
import { openTools } from "./tools/open_tools.ts";
import type { DaemonSettings } from "./settings.ts";
import { StartError } from "./start_error.ts";
import { checkStateDir } from "./state_dir.ts";
import { removeStateFile, writeStateFile } from "./state_file.ts";
import { SqliteStore } from "./store/sqlite_store.ts";
import { StorageError, type Store } from "./store/store.ts";
import { backgroundSource } from "./tools/run/background_source.ts";
import { probeSandbox } from "./tools/run/probe_sandbox.ts";

/** Time that running turns get to end by themselves before they are interrupted: somebody waits for the stop. */
const STOP_GRACE_MS = 3_000;

export interface Daemon extends AsyncDisposable {
  state: StateFile;
  store: Store;
  report: Report;
  /** Resolves when nobody can connect any more, and never otherwise. */
  lost: Promise<void>;
}

export interface StartDaemonOptions {
  /** It serves the command that it is a part of, and ends with it: nobody is told where it is. */
  isWithinCommand?: boolean;
}

/** @throws {StartError} for what whoever starts it can do something about */
export async function startDaemon(settings: DaemonSettings, options: StartDaemonOptions = {}): Promise<Daemon> {
  const { stateDir } = settings;
  const { isWithinCommand = false } = options;
  const stopGraceMs = isWithinCommand ? 0 : STOP_GRACE_MS; // nobody is left who could follow a turn to its end
  await using parts = new AsyncDisposableStack();
  await checkStateDir(stateDir);
  parts.use(await takeInstanceLock(stateDir, isWithinCommand ? "command" : "daemon"));
  parts.defer(() => removeStateFile(stateDir));
  if (isWithinCommand) await removeStateFile(stateDir); // that of a daemon which was killed

  const token = newSecret();
  const daemonId = `daemon_${crypto.randomUUID()}`;
  const startedAt = new Date();
  const logsPath = join(stateDir, stateFiles.log);
  const secrets = [token, settings.apiKey ?? "", settings.adminKey ?? "", settings.anthropic.apiKey ?? ""];
  const { report } = parts.use(openLog({ path: logsPath, foreground: settings.foreground, secrets }));
  const known = longSecrets(secrets);
  const redact = (text: string) => withoutSecrets(text, known);
  const counters = new Counters();
  const store = parts.use(await openStore(settings));
  countAppends(store, counters);
  if (lacksCloudKey(settings)) report("warning", "Anthropic is set up without an API key: no turn can go there", {});
  const modelCounters = new ModelCounters();
  const models = parts.use(modelsOf(settings, modelCounters));
  models.warm();
  const tools = parts.use(openTools(settings, {
    report,
    redact,
    emit: (sessionId, draft) => sessions.note(sessionId, draft),
    workspaceOf: async (sessionId) => (await sessions.snapshot(sessionId)).workspace,
  }));
  const sessions: Sessions = new Sessions({
    store,
    models,
    daemonId,
    report,
    traffic: modelCounters,
    turnLimitMs: settings.timeouts.turnMs,
    contextLength: settings.contextLength ?? null,
    permissionLimitMs: settings.permissionTimeoutMs ?? PERMISSION_LIMIT_MS,
    tools,
    redact,
    ...maxSessionsOf(settings),
  });
  parts.defer(() => sessions.stop(stopGraceMs));
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
    background: backgroundSource(tools),
    changes: changeSource(sessions, tools),
    describeModel: () => models.describe(),
    modelServer: models,
    adminKey: settings.adminKey,
    permissions: () => permissionsInForce(settings),
    readSizes: oneAtATime(() => readDiskSizes(stateDir)),
    probeSandbox: oneAtATime(() => probeSandbox(stateDir, (name) => settings.hostEnv[name])),
  }, { ...settings, token, pageName: await pageName(stateDir) });
  parts.defer(() => server.stop());
  parts.defer(async () => {
    server.beginStop();
    await sessions.stop(stopGraceMs); // before the server, so that clients see how their turns end
  });

  const { host, port, pageOrigin } = server;
  const state: StateFile = {
    pid: Deno.pid,
    daemonId,
    host,
    port,
    token,
    startedAt: startedAt.toISOString(),
    logsPath,
    version: VERSION,
    ...(pageOrigin !== null && { pageOrigin }),
  };
  if (!isWithinCommand) await writeStateFile(stateDir, state);
  const what = isWithinCommand ? "A command with --no-daemon listens" : "The daemon listens";
  report("info", what, { host, port, pid: Deno.pid, version: VERSION, daemonId });
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

function modelsOf(settings: DaemonSettings, counters: ModelCounters): ModelSelection {
  const { modelServer, provider, fallback, baseUrl, model, apiKey, anthropic, timeouts, maxTokens } = settings;
  const { demoTokensPerSecond } = settings;
  return new ModelSelection({
    configured: modelServer,
    provider,
    fallback,
    baseUrl,
    defaultModel: model,
    apiKey,
    anthropic,
    timeouts,
    maxTokens,
    counters,
    ...(demoTokensPerSecond !== undefined && { demoPace: { ...readingPace, tokensPerSecond: demoTokensPerSecond } }),
  });
}

function lacksCloudKey({ provider, fallback, anthropic }: DaemonSettings): boolean {
  return (provider === "anthropic" || fallback === "anthropic") && anthropic.apiKey === null;
}

function maxSessionsOf({ maxSessions }: DaemonSettings): { maxSessions?: number } {
  return maxSessions === undefined ? {} : { maxSessions };
}
