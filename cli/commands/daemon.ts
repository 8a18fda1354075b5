/** `opta daemon …`: what each sub-command takes and prints. What it does is in `daemon_control/`. */
import type { Command } from "@commander-js/extra-typings";
import type { StateFile } from "@opta/protocol";
import { releaseSkew } from "../daemon_control/contract.ts";
import { baseUrl, findDaemon } from "../daemon_control/find.ts";
import { refuseOlder } from "../daemon_control/refuse_older.ts";
import { launchDifference, readLaunchSettings } from "../daemon_control/launch_record.ts";
import {
  describeModelServer,
  type LaunchFlags,
  type LaunchSettings,
  loadLaunch,
} from "../daemon_control/launch_settings.ts";
import { startDaemon } from "../daemon_control/start.ts";
import type { StopResult } from "../daemon_control/stop.ts";
import { examples } from "../program/examples.ts";
import { ExitCode } from "../exit.ts";
import { outputColumns } from "../output/output_columns.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { startAsService, stopWithService } from "../service/start_service.ts";
import type { LogFlags } from "./daemon_logs.ts";

const hostFlag = ["--host <host>", "listen on this loopback address"] as const;
const portFlag = ["--port <port>", "listen on this port and no other; 0 is any free one"] as const;
const deviceFlag = ["--device <host[:port]>", "use the model server there"] as const;

export function defineDaemon(daemon: Command): void {
  daemon.command("start")
    .description("start the daemon, unless it is running")
    .option(...hostFlag).option(...portFlag).option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta daemon start", "opta daemon start --port 0 --json | jq -r .url"))
    .action(({ json, ...flags }) => start(flags, json));
  daemon.command("stop")
    .description("stop the daemon")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta daemon stop"))
    .action(({ json }) => stop(json));
  daemon.command("restart")
    .description("stop the daemon and start it with the settings as they are now")
    .option(...hostFlag).option(...portFlag).option(...deviceFlag).option(...jsonFlag)
    .addHelpText("after", examples("opta daemon restart    # after a change of settings"))
    .action(({ json, ...flags }) => restart(flags, json));
  daemon.command("status")
    .description("what the daemon is doing, what it may do, and the model that a turn would get")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta daemon status", "opta daemon status --json | jq .permissions"))
    .action(({ json }) => status(json));
  daemon.command("logs")
    .description("show the end of the daemon's log")
    .option("-f, --follow", "go on with the lines that come")
    .option("-n, --lines <count>", "how many lines that are there already", "50")
    .option("--level <level>", "only lines of this level and graver: trace, debug, info, warning or error")
    .option("--session <id>", "only lines about this session; the beginning of its id is enough")
    .option("--json", "print one JSON array; with --follow, one JSON object a line")
    .addHelpText("after", examples("opta daemon logs -f --level warning", "opta daemon logs --session 3f2a -n 20"))
    .action((flags) => logs(flags));
  daemon.command("run")
    .description("run the daemon in the foreground, until Ctrl-C")
    .option(...hostFlag).option(...portFlag).option(...deviceFlag)
    .option("--if-none", "end at once, with 0, when a daemon is running already")
    .option("--json", "print one JSON document on standard output once it answers")
    .addHelpText("after", examples("opta daemon run --port 9999"))
    .action(({ json, ifNone, ...flags }) => run(flags, ifNone ?? false, json));
  daemon.command("install")
    .description("make the daemon a service of your account, which starts at login and again after a crash")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta daemon install && opta daemon status"))
    .action(async ({ json }) => {
      Deno.exitCode = await (await import("./daemon_service.ts")).install(json);
    });
  daemon.command("uninstall")
    .description("stop the service and remove it")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta daemon uninstall"))
    .action(async ({ json }) => {
      Deno.exitCode = await (await import("./daemon_service.ts")).uninstall(json);
    });
  daemon.addHelpText(
    "after",
    `
"opta chat" and "opta do" start it when it is not running. It reads its settings
when it starts.`,
  ).addHelpText("after", examples("opta daemon restart    # after a change of settings", "opta daemon logs -f"));
}

async function start(flags: LaunchFlags, json?: boolean): Promise<void> {
  const env = Deno.env.toObject();
  const paths = resolvePaths(env);
  const launch = await loadLaunch(paths, env, flags);
  const service = await startAsService({ paths, launch, env });
  if (service.note) note(service.note);
  const started = service.daemon ?? (await startDaemon({ paths, launch, env }));
  const { daemon: { state }, startedHere } = "daemon" in started ? started : { daemon: started, startedHere: true };
  const skew = releaseSkew(state.version);
  const settings = await readLaunchSettings(paths.stateDir, state.daemonId);
  const difference = settings && launchDifference(settings, launch.settings, flags);
  const url = baseUrl(state);
  if (json) writeJson(runningDocument(state, settings, !startedHere));
  else writeOut(`The daemon ${startedHere ? "is running" : "was already running"} at ${url} (pid ${state.pid})\n`);
  if (skew) note(skew.message);
  if (difference) note(`The running daemon keeps its settings: ${difference}. Change that with "opta daemon restart"`);
}

/** What `--json` says of a daemon that runs; without `settings` nothing is known of its model server. */
function runningDocument(state: StateFile, settings: LaunchSettings | null, alreadyRunning: boolean) {
  const { pid, daemonId, version, startedAt, logsPath } = state;
  const modelServer = settings && describeModelServer(settings.modelServer);
  return {
    running: true,
    alreadyRunning,
    pid,
    daemonId,
    url: baseUrl(state),
    version,
    startedAt,
    modelServer,
    logsPath,
  };
}

async function stop(json?: boolean): Promise<void> {
  const env = Deno.env.toObject();
  const result = await stopWithService(resolvePaths(env), env);
  if (json) writeJson({ running: false, ...result });
  else writeOut(`${describeStop(result)}\n`);
}

async function restart(flags: LaunchFlags, json?: boolean): Promise<void> {
  const env = Deno.env.toObject();
  const paths = resolvePaths(env);
  await loadLaunch(paths, env, flags); // settings that cannot be used must not cost the running daemon its life
  refuseOlder(await findDaemon(paths.stateDir));
  await stopWithService(paths, env);
  await start(flags, json);
}

async function status(json?: boolean): Promise<void> {
  const { formatStatus, readStatus } = await import("../daemon_control/status.ts");
  const { reportService } = await import("../service/installed_service.ts");
  const env = Deno.env.toObject();
  const paths = resolvePaths(env);
  const [found, service] = await Promise.all([readStatus(paths.stateDir), reportService(paths, env)]);
  const report = { ...found, service };
  if (json) writeJson(report);
  else writeOut(formatStatus(report, outputColumns()));
  const skew = report.running && report.problem === null ? releaseSkew(report.version) : null;
  if (skew) note(skew.message);
  if (!report.running || report.problem !== null) Deno.exitCode = ExitCode.daemonUnreachable;
}

async function logs(flags: LogFlags): Promise<void> {
  const { printLogs } = await import("./daemon_logs.ts");
  Deno.exitCode = await printLogs(resolvePaths(Deno.env.toObject()).stateDir, flags);
}

async function run(flags: LaunchFlags, ifNone: boolean, json?: boolean): Promise<void> {
  const { runDaemon } = await import("../daemon_control/run.ts");
  const env = Deno.env.toObject();
  const paths = resolvePaths(env);
  const launch = await loadLaunch(paths, env, flags);
  const announce = (state: StateFile) => writeJson(runningDocument(state, launch.settings, false));
  Deno.exitCode = await runDaemon({ paths, launch, env, ifNone, onReady: json ? announce : undefined });
}

function describeStop(result: StopResult): string {
  if (!result.wasRunning) return "The daemon was not running";
  return result.forced
    ? `The daemon (pid ${result.pid}) did not end in time and was killed`
    : `The daemon (pid ${result.pid}) has stopped`;
}
