/** `opta server`: the daemon in the foreground, as scripts of earlier releases start it. */
import type { Command } from "@commander-js/extra-typings";
import type { StateFile } from "@opta/protocol";
import { baseUrl, findDaemon } from "../daemon_control/find.ts";
import { type Launch, loadLaunch } from "../daemon_control/launch_settings.ts";
import { refuseOlder } from "../daemon_control/refuse_older.ts";
import { runDaemon } from "../daemon_control/run.ts";
import { stopDaemon } from "../daemon_control/stop.ts";
import { examples } from "../program/examples.ts";
import { CliError } from "../exit.ts";
import { note, writeErr } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";

const LEGACY_PORT = "3456";

export interface ServerFlags {
  host: string;
  port: string;
  model?: string;
}

export function defineServer(command: Command): void {
  command
    .option("--host <host>", "listen on this loopback address", "127.0.0.1")
    .option("--port <port>", "listen on this port and no other; 0 is any free one", LEGACY_PORT)
    .option("-m, --model <name>", "use this model")
    .addHelpText(
      "after",
      `
GET /health and POST /v1/chat answer as in earlier releases, without a token:
whoever reaches the port may ask, and the tools read the folder that the server
was started in. All of /v3 is there as well. A daemon that runs and has nothing
to do is stopped first; its clients come over. Ask it with
  curl -s localhost:3456/v1/chat -d '{"message":"count to 3"}' | jq -r .response`,
    )
    .addHelpText("after", examples("opta server --model qwen3", "opta server --port 8080"))
    .action(async (flags) => {
      Deno.exitCode = await runServer(flags, Deno.env.toObject());
    });
}

async function runServer({ model, ...flags }: ServerFlags, env: Record<string, string>): Promise<number> {
  const paths = resolvePaths(env);
  const { settings, secrets } = await loadLaunch(paths, env, flags);
  const launch: Launch = {
    settings: { ...settings, model: model ?? settings.model, openChat: await Deno.realPath(".") },
    secrets,
  };
  await makeRoom(paths.stateDir);
  return await runDaemon({ paths, launch, env, onReady: announce });
}

/** One daemon owns the sessions: one that is idle makes room for this one. */
async function makeRoom(stateDir: string): Promise<void> {
  const found = await findDaemon(stateDir);
  if (found.kind === "absent") return;
  if (found.kind === "mismatch") throw new CliError(found.problem);
  refuseOlder(found);
  const { activeTurnCount, queuedTurnCount } = found.health.runtime;
  if (activeTurnCount + queuedTurnCount > 0) {
    throw new CliError(
      `A daemon is running at ${baseUrl(found.state)}, and a turn runs or waits there. ` +
        'Try again when it has ended, or end it with "opta daemon stop"',
    );
  }
  note(`stopping the daemon at ${baseUrl(found.state)}: this one takes its place`);
  await stopDaemon(stateDir);
}

function announce(state: StateFile): void {
  writeErr(`Opta server at ${baseUrl(state)}: GET /health, POST /v1/chat, /v3/*. Ctrl-C stops it.\n`);
}
