/** `opta do` with the real daemon, and with its engine in process: what scripts rely on. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isAsked, readUntil, testDo, withDaemon, withoutDaemon } from "./do_suite.ts";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

for (const way of [withDaemon, withoutDaemon]) testDo(way);

Deno.test("opta do exits with 4 when no daemon can be started; without one there is none to start", async () => {
  using held = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using opta = await Opta.create({}, held.addr.port);
  const { code, stdout, stderr } = await opta.run(["do", "hi"]);
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, "could not be started");
});

Deno.test("opta do reports a turn that the daemon did not live to finish, with what it had said: only a daemon can be killed alone [X1]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  const child = opta.spawn(["do", "go"]);
  const stderr = new Response(child.stderr).text();
  await fake.waitFor(isAsked);
  await fake.step(1);
  const reader = child.stdout.getReader();
  await readUntil(reader, "one ");
  Deno.kill(JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json"))).pid, "SIGKILL");
  await readUntil(reader, "\n");
  assertEquals((await reader.read()).done, true);
  assertEquals((await child.status).code, 1);
  assertStringIncludes(await stderr, "(interrupted)");
});

Deno.test("one Ctrl-C under deno task is one for the daemon in the foreground, too, which is there with a daemon alone", async () => {
  await using opta = await Opta.create();
  await using foreground = opta.terminal(["daemon", "run"], { asTask: true });
  await foreground.until("The daemon listens");
  foreground.type("\x03");
  assertEquals(await foreground.exit(), 0);
  assertStringIncludes(foreground.text, "The daemon stops");
});
