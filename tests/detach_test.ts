/** `opta chat --detach` with the real daemon: a turn that goes on without whoever has asked for it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { Piped } from "./support/piped.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { startToolDaemon } from "./support/tool_daemon.ts";

const optaWith = (fake: FakeModel) => Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });

const isHeld = (count: number) => (stats: { requests: { held: boolean }[] }) =>
  stats.requests.length === count && stats.requests.at(-1)!.held;

Deno.test("chat --detach prints the session's id and leaves, and the turn goes on [R6]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two"], pace: "manual" });
  await using opta = await optaWith(fake);
  const { code, stdout, stderr } = await opta.run(["chat", "--detach", "count", "to", "two"], "and on\n");
  assertEquals([code, stderr], [0, ""]);
  assert(/^sess_[\w-]+\n$/.test(stdout), stdout);
  const { requests } = await fake.waitFor(isHeld(1));
  const { messages } = requests[0]!.body as { messages: unknown[] };
  assertEquals(messages.at(-1), { role: "user", content: "count to two\n\nand on" });
  await using watcher = new Piped(opta.spawn(["sessions", "attach", stdout.trim()]));
  await watcher.until("› count to two\n  \n  and on\n");
  await fake.step(3);
  await watcher.until(/\none two\nfake-model · /);
});

Deno.test("chat --detach in a terminal says how to come back", async () => {
  await using opta = await Opta.create();
  await using run = opta.terminal(["chat", "--detach", "count to 3"], { columns: 160 });
  assertEquals(await run.exit(), 0);
  const id = /^sess_[\w-]+$/m.exec(run.text)![0];
  assertStringIncludes(run.text, `opta: the turn goes on in the daemon. Watch it: opta sessions attach ${id}\n`);
  assertStringIncludes(run.text, `opta: come back: opta chat --resume ${id}\n`);
  assertStringIncludes(run.text, "opta: what needs permission waits there for your answer");
});

Deno.test("what chat --detach has printed is durable: it survives kill -9 in the queue [S2, X1]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["second answer"] });
  await fake.script({ tokens: ["one ", "two"], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  const first = JSON.parse((await opta.run(["chat", "--detach", "-f", "json", "first"])).stdout);
  await fake.waitFor(isHeld(1));
  const { code, stdout } = await opta.run(["chat", "--detach", "-f", "json", "-r", first.sessionId, "second"]);
  const { turnId, ...second } = JSON.parse(stdout);
  assertEquals([code, second], [0, { sessionId: first.sessionId, queued: 1 }]);
  assert(turnId.startsWith("turn_") && turnId !== first.turnId, stdout);
  const { pid } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  Deno.kill(pid, "SIGKILL");
  await using watcher = new Piped(opta.spawn(["sessions", "attach", first.sessionId])); // starts a daemon
  await watcher.until(/› first\n[^]*interrupted: [^]*› second\nsecond answer\n/);
});

Deno.test("a request of a detached turn waits for whoever comes, and is not denied at once [P2]", async () => {
  await using daemon = await startToolDaemon();
  const { code, stdout } = await daemon.opta.run(["chat", "--detach", "go"]);
  assertEquals(code, 0);
  await daemon.call("edit a.ts");
  await using chat = daemon.opta.terminal(["chat", "--resume", stdout.trim()], { columns: 160 });
  await chat.until(/\? edit asks for permission[^]*Allow this\?/);
  assertEquals(daemon.tools.ran, []);
  chat.type("y");
  await daemon.answer("It is done.");
  await chat.until("It is done.\n");
  assertEquals(daemon.tools.ran, ["edit a.ts"]);
});

Deno.test("a detached turn does by itself what --auto allows [P5]", async () => {
  await using daemon = await startToolDaemon();
  const { stdout } = await daemon.opta.run(["chat", "--detach", "--auto", "go"]);
  await daemon.call("edit a.ts");
  await daemon.answer("It is done.");
  await using watcher = new Piped(daemon.opta.spawn(["sessions", "attach", stdout.trim()]));
  assertEquals((await watcher.until("It is done.\n")).includes("asks for permission"), false);
  assertEquals(daemon.tools.ran, ["edit a.ts"]);
});

Deno.test("nobody comes: a request of a detached turn is denied when its time is over, and the turn goes on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "opta-detach-" });
  await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  await using opta = await Opta.create();
  opta.cwd = folder;
  assertEquals((await opta.run(["config", "set", "daemon.permissionTimeoutMs", "1000"])).code, 0);
  const { stdout } = await opta.run(["chat", "--detach", "create hello.txt that says hi"]);
  await using watcher = new Piped(opta.spawn(["sessions", "attach", stdout.trim()]));
  await watcher.until(/write_file asks for permission[^]*nobody decided in time[^]*not allowed[^]*opta-demo · /);
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
});

Deno.test("chat --detach says what is wrong, in JSON too", async () => {
  await using opta = await Opta.create();
  const nothing = await opta.run(["chat", "--detach"]);
  assertEquals([nothing.code, nothing.stdout], [2, ""]);
  assertStringIncludes(nothing.stderr, "What is to be done? Say it: opta chat --detach ");
  const nowhere = await opta.run(["chat", "--detach", "-f", "json", "-r", "nowhere", "hi"]);
  assertEquals(nowhere.code, 2);
  assertEquals(JSON.parse(nowhere.stdout).error.code, "invalid_request");
  const words = await opta.run(["chat", "hello"]);
  assertEquals([words.code, words.stdout], [2, ""]);
  assertStringIncludes(words.stderr, 'opta chat --detach …", have it answered with "opta do …"');
});
