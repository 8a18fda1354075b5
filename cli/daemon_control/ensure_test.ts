import { assertEquals, assertRejects } from "@std/assert";
import { setConfig } from "../config/config.ts";
import { CliError } from "../exit.ts";
import { ensureDaemon } from "./ensure.ts";
import { findDaemon } from "./find.ts";
import { FAKE_DAEMON, TestHome } from "./testdata/test_home.ts";

const { signal } = new AbortController();

Deno.test("ensureDaemon() starts a daemon, and attaches to it the next time", async () => {
  await using home = await TestHome.create();
  const options = { paths: home.paths, env: home.env, entry: FAKE_DAEMON };
  const first = await (await ensureDaemon(options))(signal);
  const second = await (await ensureDaemon(options))(signal);
  assertEquals(second, first);
  const found = await findDaemon(home.paths.stateDir);
  assertEquals(found.kind === "running" && found.state.token, first.token);
});

Deno.test("ensureDaemon() starts a daemon with the device that was asked for, and refuses another one later", async () => {
  await using home = await TestHome.create();
  const options = { paths: home.paths, env: home.env, entry: FAKE_DAEMON };
  await ensureDaemon({ ...options, device: "192.0.2.7:1234" });
  await ensureDaemon({ ...options, device: "192.0.2.7" }); // the same: 1234 is the usual port
  await assertRejects(
    () => ensureDaemon({ ...options, device: "192.0.2.8" }),
    CliError,
    "its model server is 192.0.2.7:1234, not 192.0.2.8:1234. " +
      'Change that with "opta daemon restart --device 192.0.2.8"',
  );
});

Deno.test("ensureDaemon() goes on with a daemon whose settings have changed since", async () => {
  await using home = await TestHome.create();
  const options = { paths: home.paths, env: home.env, entry: FAKE_DAEMON };
  const first = await (await ensureDaemon(options))(signal);
  await setConfig(home.paths, "connection.host", "192.0.2.9");
  assertEquals(await (await ensureDaemon(options))(signal), first);
});
