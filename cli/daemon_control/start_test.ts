import { stateFiles } from "@opta/protocol";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { findDaemon } from "./find.ts";
import { readLaunchSettings } from "./launch_record.ts";
import { startDaemon } from "./start.ts";
import { stopDaemon } from "./stop.ts";
import { TestHome } from "./testdata/test_home.ts";

Deno.test("startDaemon() starts a daemon that answers, and finds it the second time", async () => {
  await using home = await TestHome.create();
  let spawns = 0;
  const options = { ...home.fakeDaemon(), onSpawn: () => spawns++ };
  const first = await startDaemon(options);
  const second = await startDaemon(options);
  assertEquals([first.startedHere, second.startedHere], [true, false]);
  assertEquals(second.daemon.state, first.daemon.state);
  assertEquals(spawns, 1);
  const { host, ports } = await readLaunchSettings(home.paths.stateDir, first.daemon.state.daemonId) ?? {};
  assertEquals({ host, ports }, { host: "127.0.0.1", ports: [0] });
});

Deno.test("startDaemon() called several times at once gives one daemon, and every caller gets it", async () => {
  await using home = await TestHome.create();
  const started = await Promise.all(Array.from({ length: 4 }, () => startDaemon(home.fakeDaemon())));
  assertEquals(new Set(started.map(({ daemon }) => daemon.state.daemonId)).size, 1);
  assertEquals(started.filter(({ startedHere }) => startedHere).length, 1);
});

Deno.test("startDaemon() shows the last words of a daemon that ends while starting", async () => {
  await using home = await TestHome.create();
  const error = await assertRejects(() => startDaemon(home.fakeDaemon("crash")), CliError, "exit code 1");
  assertStringIncludes(error.message, "the store is damaged: cannot open sessions.db");
  assertEquals(error.exitCode, ExitCode.daemonUnreachable);
  const again = await assertRejects(() => startDaemon(home.fakeDaemon("crash")), CliError);
  assertEquals(
    again.message.match(/the store is damaged/g)?.length,
    error.message.match(/the store is damaged/g)?.length,
  );
});

Deno.test("startDaemon() ends a daemon that does not come to answer in time", async () => {
  await using home = await TestHome.create();
  await assertRejects(() => startDaemon({ ...home.fakeDaemon("mute"), timeoutMs: 500 }), CliError, "in time");
  assertEquals((await startDaemon(home.fakeDaemon())).startedHere, true); // the lock is free again
});

Deno.test("startDaemon() replaces a state file that is stale or damaged", async () => {
  await using home = await TestHome.create();
  const { daemon } = await startDaemon(home.fakeDaemon());
  Deno.kill(daemon.state.pid, "SIGKILL");
  while ((await findDaemon(home.paths.stateDir)).kind !== "absent");
  const second = await startDaemon(home.fakeDaemon());
  assert(second.daemon.state.daemonId !== daemon.state.daemonId);

  Deno.kill(second.daemon.state.pid, "SIGKILL");
  await Deno.writeTextFile(`${home.paths.stateDir}/${stateFiles.state}`, "{ not json");
  assertEquals((await startDaemon(home.fakeDaemon())).startedHere, true);
});

Deno.test("startDaemon() waits for a daemon that is stopping, and then starts another", async () => {
  await using home = await TestHome.create();
  const first = await startDaemon(home.fakeDaemon());
  const lockPath = `${home.paths.stateDir}/${stateFiles.lock}`;
  await stopDaemon(home.paths.stateDir);
  // The lock of a daemon that has already removed its state file and still closes its store.
  const lock = await Deno.open(lockPath, { read: true, write: true });
  await lock.lock(true);
  const second = startDaemon({ ...home.fakeDaemon(), onSpawn: () => setTimeout(() => lock.close(), 300) });
  assert((await second).daemon.state.daemonId !== first.daemon.state.daemonId);
});

Deno.test("startDaemon() says which side to upgrade when the running daemon speaks another contract", async () => {
  await using home = await TestHome.create();
  const newer = home.fakeDaemon("next-contract");
  await assertRejects(() => startDaemon(newer), CliError, "upgrade opta");
});
