import { stateFiles } from "@opta/protocol";
import { assertEquals, assertRejects } from "@std/assert";
import { CliError } from "../exit.ts";
import { ensureFolders, lstatOrNull } from "../paths.ts";
import { findDaemon } from "./find.ts";
import { isLockFree } from "./lock.ts";
import { startDaemon } from "./start.ts";
import { stopDaemon } from "./stop.ts";
import { TestHome } from "./testdata/test_home.ts";

Deno.test("stopDaemon() ends the daemon, and is done at once when there is none", async () => {
  await using home = await TestHome.create();
  const { stateDir } = home.paths;
  assertEquals((await stopDaemon(stateDir)).wasRunning, false); // not even the folder is there
  const { daemon } = await startDaemon(home.fakeDaemon());
  assertEquals(await stopDaemon(stateDir), { wasRunning: true, pid: daemon.state.pid, forced: false });
  assertEquals(await isLockFree(stateDir), true);
  assertEquals((await stopDaemon(stateDir)).wasRunning, false);
});

Deno.test("stopDaemon() kills a daemon that does not end within its grace time, and removes its state file", async () => {
  await using home = await TestHome.create();
  const { stateDir } = home.paths;
  const { daemon } = await startDaemon(home.fakeDaemon("stubborn"));
  assertEquals(await stopDaemon(stateDir, { graceMs: 100 }), {
    wasRunning: true,
    pid: daemon.state.pid,
    forced: true,
  });
  assertEquals(await lstatOrNull(`${stateDir}/${stateFiles.state}`), null);
});

Deno.test("stopDaemon() stops a daemon of another contract", async () => {
  await using home = await TestHome.create();
  await assertRejects(() => startDaemon(home.fakeDaemon("next-contract")), CliError);
  assertEquals((await stopDaemon(home.paths.stateDir)).wasRunning, true);
  assertEquals((await findDaemon(home.paths.stateDir)).kind, "absent");
});

Deno.test("stopDaemon() sends no signal to a recycled pid", async () => {
  await using home = await TestHome.create();
  const { stateDir } = home.paths;
  await ensureFolders(home.paths);
  const { daemon } = await startDaemon(home.fakeDaemon());
  const state = await Deno.readTextFile(`${stateDir}/${stateFiles.state}`);
  await stopDaemon(stateDir);
  const bystander = new Deno.Command(Deno.execPath(), { args: ["eval", "setTimeout(() => {}, 60_000)"] }).spawn();
  try {
    const stale = { ...JSON.parse(state), pid: bystander.pid };
    assertEquals(stale.daemonId, daemon.state.daemonId);
    await Deno.writeTextFile(`${stateDir}/${stateFiles.state}`, JSON.stringify(stale));
    assertEquals((await stopDaemon(stateDir)).wasRunning, false);
    assertEquals(await lstatOrNull(`${stateDir}/${stateFiles.state}`), null);
  } finally {
    bystander.kill("SIGINT");
  }
  assertEquals((await bystander.status).signal, "SIGINT"); // and not SIGTERM or SIGKILL, which came first
});

Deno.test("stopDaemon() says so when a daemon lives that cannot be asked", async () => {
  await using home = await TestHome.create();
  const { stateDir } = home.paths;
  await ensureFolders(home.paths);
  {
    using lock = await Deno.open(`${stateDir}/${stateFiles.lock}`, { read: true, write: true, create: true });
    await lock.lock(true);
    await assertRejects(() => stopDaemon(stateDir), CliError, "no state file");
  }
});
