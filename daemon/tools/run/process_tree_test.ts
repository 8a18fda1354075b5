import { assertEquals, assertMatch } from "@std/assert";
import { HostProcess } from "../host/host_process.ts";
import type { Confinement } from "./confinement.ts";
import { RunEnd } from "./runner_frame.ts";
import { processesWith, untilGone, untilThere } from "./testing/processes.ts";
import { startRunner, type TestRunner } from "./testing/test_runner.ts";

const kinds: Confinement[] = ["sandbox", "sandbox-shared-proc", "sandbox-root", "processes", "none"];
const isLinux = Deno.build.os === "linux";

/** One second in many that no other process sleeps; it tells the processes of one test from all others. */
function unusual(): string {
  return `${100_000 + crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000}.${Deno.pid}`;
}

/**
 * Three that stay: one ignores SIGTERM, one has left the session, one was orphaned after both, as daemons do.
 */
function stubborn(seconds: string): string {
  return `
    (trap '' TERM; sleep ${seconds}; sleep ${seconds}) &
    setsid sh -c "trap '' TERM HUP INT; sleep ${seconds}; sleep ${seconds}" &
    (setsid sh -c "trap '' TERM HUP; (sh -c 'trap \\"\\" TERM; sleep ${seconds}; sleep ${seconds}' >/dev/null 2>&1 &) ; exit" &)
    sleep ${seconds}`;
}

/** @returns `null` after saying why, when this machine cannot confine like that */
async function startConfined(confinement: Confinement): Promise<TestRunner | null> {
  const runner = await startRunner({ confinement });
  const found = await runner.host.call("confinement", null, { signal: new AbortController().signal });
  if ((found as { kind: string }).kind === confinement) return runner;
  console.log(`skipped: this machine has no confinement of the kind "${confinement}"`);
  await runner[Symbol.asyncDispose]();
  return null;
}

for (const kind of kinds) {
  Deno.test({
    name: `cancelling a command ends all of its processes, the daemonised ones too (${kind}) [C2]`,
    ignore: !isLinux,
    async fn() {
      await using runner = await startConfined(kind);
      if (!runner) return;
      const seconds = unusual();
      const stop = new AbortController();
      const request = { command: stubborn(seconds), cwd: ".", timeoutMs: 0 };
      const ended = runner.host.call("run", request, { signal: stop.signal });
      await untilThere(`sleep\0${seconds}`, 4);
      stop.abort();
      assertEquals(RunEnd.parse(await ended).state, "stopped");
      await untilGone(seconds); // they are gone already, unless the machine is too busy
      assertEquals(runner.host.isAlive, true);
    },
  });

  Deno.test({
    name: `a runner that is killed leaves no process of a command behind (${kind})`,
    ignore: !isLinux,
    async fn() {
      await using runner = await startConfined(kind);
      if (!runner) return;
      const seconds = unusual();
      const request = { command: stubborn(seconds), cwd: ".", timeoutMs: 0 };
      const ended = runner.host.call("run", request, { signal: new AbortController().signal }).catch(() => "died");
      await untilThere(`sleep\0${seconds}`, 4);
      runner.host.kill();
      assertEquals(await ended, "died");
      await untilGone(seconds);
    },
  });
}

Deno.test("a command ends at its time limit, and with it what it started", async () => {
  await using runner = await startRunner({ confinement: "none" });
  const seconds = unusual();
  const end = await call(runner.host, `echo before; sleep ${seconds} & sleep ${seconds}`, 300);
  assertEquals([end.state, end.output], ["timeout", "before\n"]);
  if (isLinux) assertEquals(processesWith(seconds), []);
});

Deno.test("what a command leaves running ends when it does, and holds nothing up", async () => {
  for (const confinement of ["auto", "none"] as const) {
    await using runner = await startRunner({ confinement });
    const seconds = unusual();
    const end = await call(runner.host, `sleep ${seconds} & echo done`, 0);
    assertEquals([end.state, end.exitCode, end.output], ["exited", 0, "done\n"]);
    if (isLinux) assertEquals(processesWith(seconds), []);
  }
});

Deno.test("a process gets SIGTERM before SIGKILL, and time to tidy up", async () => {
  await using runner = await startRunner();
  const tidy = `trap 'echo tidied > tidied; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
  const end = await call(runner.host, tidy, 500);
  assertMatch(end.output, /^ready/);
  assertEquals(await Deno.readTextFile(`${runner.workspace.cwd}/tidied`), "tidied\n");
});

async function call(host: HostProcess, command: string, timeoutMs: number): Promise<RunEnd> {
  return RunEnd.parse(
    await host.call("run", { command, cwd: ".", timeoutMs }, { signal: new AbortController().signal }),
  );
}
