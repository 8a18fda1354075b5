/** `opta status` with the real daemon and a fake LMX. */
import { assertEquals, assertMatch } from "@std/assert";
import { freePort } from "./support/free_port.ts";
import { jsonOf, optaAt, startLmx } from "./support/lmx_machine.ts";
import { Opta } from "./support/opta.ts";

Deno.test("opta status without a daemon says so, starts none, and exits with 4", async () => {
  await using opta = await Opta.create();
  const { code, stdout } = await opta.run(["status"]);
  assertEquals(code, 4);
  assertMatch(stdout, /^Daemon +not running/);
  const document = await opta.run(["status", "--json"]);
  assertEquals([document.code, JSON.parse(document.stdout).daemon.running], [4, false]);
});

Deno.test("opta status shows the daemon, its LMX, the model and the traffic", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  const { code, stdout } = await opta.run(["status"]);
  assertEquals(code, 0);
  for (
    const row of [
      /^Daemon +running at http:\/\/127\.0\.0\.1:\d+ \(pid \d+, version [\d.]+, up /m,
      /^Model server +127\.0\.0\.1:\d+, Opta LMX 0\.9\.0, up 1 h 1 min$/m,
      /^Loaded +mlx-community\/Qwen3-8B-4bit$/m,
      /^LMX memory +5\.0 GiB of 64\.0 GiB used$/m,
      /^Model +mlx-community\/Qwen3-8B-4bit \(lmx, ws\): /m,
      /^Sessions +0, turns running 0, waiting 0$/m,
    ]
  ) assertMatch(stdout, row);
  const report = await jsonOf(opta, "status");
  assertEquals(report.modelServer.configured, `${fake.host}:${fake.port}`);
  assertEquals([report.modelServer.reachable, report.modelServer.lmx.version], [true, "0.9.0"]);
  assertEquals(Object.keys(report.traffic).toSorted(), ["fallbacks", "requests", "retries"]);
});

Deno.test("opta status exits with 3 when the configured server is not there, and with 0 when none is", async () => {
  await using gone = await optaAt({ host: "127.0.0.1", port: freePort() });
  await gone.run(["daemon", "start"]);
  const { code, stdout } = await gone.run(["status"]);
  assertEquals(code, 3);
  assertMatch(stdout, /^Model server +127\.0\.0\.1:\d+, not reachable: Cannot reach/m);
  assertEquals((await gone.run(["status", "--json"])).code, 3);

  await using demo = await Opta.create();
  await demo.run(["daemon", "start"]);
  const none = await demo.run(["status"]);
  assertEquals(none.code, 0);
  assertMatch(none.stdout, /^Model server +none: the built-in demo answers$/m);
});
