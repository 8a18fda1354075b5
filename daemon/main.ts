/** The daemon's process: from its arguments to its exit code. */
import { type Daemon, startDaemon } from "./daemon.ts";
import type { Report } from "./session/sessions.ts";
import { readSettings } from "./settings.ts";
import { StartError } from "./start_error.ts";

/** Longest time that a stop may take; whoever asked for it must not wait for ever. */
const STOP_DEADLINE_MS = 10_000;
/** Longest time that a daemon with a bug may take to save what it has. */
const CRASH_DEADLINE_MS = 2_000;

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
  if (reason === "bug") {
    endAfter(CRASH_DEADLINE_MS);
    await daemon.store.close(); // and nothing else: what is left of the process can no longer be trusted
    return 1;
  }
  daemon.report("info", "The daemon stops", { reason });
  endAfter(STOP_DEADLINE_MS);
  await daemon[Symbol.asyncDispose]();
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

/** Resolves at the first error that nothing caught; logs every one. */
function firstBug(report: Report): Promise<"bug"> {
  return new Promise((resolve) => {
    const note = (event: Event, error: unknown) => {
      event.preventDefault();
      report("error", "A bug ends the daemon", { error });
      resolve("bug");
    };
    addEventListener("error", (event) => note(event, event.error));
    addEventListener("unhandledrejection", (event) => note(event, event.reason));
  });
}

function endAfter(ms: number): void {
  setTimeout(() => Deno.exit(1), ms);
}
