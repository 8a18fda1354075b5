/** The daemon's process: from its arguments to its exit code. */
import { type Daemon, startDaemon } from "./daemon.ts";
import { firstBug } from "./first_bug.ts";
import { readSettings } from "./settings.ts";
import { StartError } from "./start_error.ts";
import { CRASH_DEADLINE_MS, STOP_DEADLINE_MS } from "./stop_limits.ts";

if (import.meta.main) Deno.exit(await run());

async function run(): Promise<number> {
  let daemon: Daemon;
  try {
    daemon = await startDaemon(readSettings(Deno.args, (name) => Deno.env.get(name)));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
  const reason = await Promise.race([stopSignal(), firstBug(daemon.report), unreachable(daemon)]);
  if (typeof reason !== "string") {
    endAfter(CRASH_DEADLINE_MS);
    await daemon.store.close(); // and nothing else: what is left of the process can no longer be trusted
    return 1;
  }
  daemon.report("info", "The daemon stops", { reason });
  endAfter(STOP_DEADLINE_MS);
  try {
    await daemon[Symbol.asyncDispose]();
  } catch (error) {
    console.error("The daemon has stopped, and not all of it went well:", error); // nobody is left who would report it
    return 1;
  }
  return reason === "unreachable" ? 1 : 0;
}

/** The first signal asks the daemon to stop; a second one ends it at once. */
function stopSignal(): Promise<Deno.Signal> {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGTERM", "SIGINT", "SIGHUP"];
  return new Promise((resolve) => {
    let isSecond = false;
    for (const signal of signals) {
      Deno.addSignalListener(signal, () => {
        if (isSecond) Deno.exit(1);
        isSecond = true;
        resolve(signal);
      });
    }
  });
}

/** A daemon that nobody can talk to is of no use; another can take its place. */
async function unreachable({ lost }: Daemon): Promise<"unreachable"> {
  await lost;
  return "unreachable";
}

function endAfter(ms: number): void {
  setTimeout(() => Deno.exit(1), ms);
}
