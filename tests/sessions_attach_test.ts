/** `opta sessions attach` with the real daemon: what somebody sees who only watches. */
import { Api, Session } from "@opta/protocol/client";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { seedSessions } from "../bench/seed_session.ts";
import { endpointSource } from "../cli/daemon_control/endpoint.ts";
import { TOKEN } from "../daemon/server/testing/test_server.ts";
import { Opta } from "./support/opta.ts";
import { Piped } from "./support/piped.ts";
import { soon } from "./support/session.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { startToolDaemon } from "./support/tool_daemon.ts";

const CTRL_C = "\x03";
const figures = /fake-model · .* s\n/g;

const optaWith = (fake: FakeModel) => Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });

const endpointOf = (opta: Opta) => endpointSource(join(opta.home, "daemon"));

/** A session in which these were asked, and answered. */
async function sessionWith(opta: Opta, ...messages: string[]): Promise<string> {
  const { code, stderr } = await opta.run(["chat", "-v"], messages.map((message) => `${message}\n`).join(""));
  assertEquals(code, 0, stderr);
  return /session (sess_[\w-]+)/.exec(stderr)![1]!;
}

/** The log as it is stored. */
async function storedLines(opta: Opta, sessionId: string): Promise<string[]> {
  const query = { format: "jsonl" } as const;
  const text = await new Api(endpointOf(opta)).callText("exportSession", { params: { sessionId }, query });
  return text.trimEnd().split("\n");
}

Deno.test("sessions attach shows the latest turns, then what happens, and Ctrl-C leaves the turn running [R6]", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake);
  const id = await sessionWith(opta, "first", "second", "third");
  await fake.script({ tokens: ["one ", "two ", "three"], pace: "manual", times: 1 });
  await using watcher = opta.terminal(["sessions", "attach", id.slice(0, 13), "--tail", "1"], { columns: 160 });
  const history = await watcher.until(/› third\nHello, world\.\n.* s$/);
  assertStringIncludes(history, "… 2 earlier turns; --tail all shows everything\n");
  assertEquals(history.includes("› second"), false);

  await using other = new Piped(opta.spawn(["chat", "--resume", id], "piped"));
  await other.say("count\n");
  await fake.waitFor(({ requests }) => requests.length === 4 && requests[3]!.held);
  await fake.step(2);
  assert(/\n\S+@\S+› count\none two$/.test(await watcher.until("one two")));
  watcher.type("y\r"); // is nobody's business
  watcher.type(CTRL_C);
  assertEquals(await watcher.exit(), 130);
  assertStringIncludes(watcher.text, `\nopta: The turn goes on. Come back with: opta chat --resume ${id}`);
  await fake.step(2);
  assertEquals((await other.ended()).code, 0);
  assertEquals(other.text, "one two three\n");
});

Deno.test("sessions attach takes latest for the session in which something happened last", async () => {
  await using opta = await Opta.create();
  await sessionWith(opta, "count to 2");
  await sessionWith(opta, "count to 3");
  await using watcher = new Piped(opta.spawn(["sessions", "attach", "latest"]));
  assert(/^\S+› count to 3\n1\n2\n3\n/.test(await watcher.until(/opta-demo · .*\n/)), watcher.text);
  watcher.interrupt();
  assertEquals(await watcher.ended(), { code: 130, stderr: "" });
});

Deno.test("sessions attach --json prints the stored lines, earlier and live ones [E6]", async () => {
  await using opta = await Opta.create();
  const id = await sessionWith(opta, "count to 2", 'say {"__proto__": 1, "10": 2, "9": 3}', "count to 3");
  await using watcher = new Piped(opta.spawn(["sessions", "attach", id, "--tail", "2", "--json"]));
  await watcher.until(/"turn\.done"[^]*"turn\.done".*\n/);
  assertEquals((await opta.run(["chat", "--resume", id], "count to 4\n")).code, 0);
  await watcher.until(/("turn\.done"[^]*){3}\n$/);
  const stored = await storedLines(opta, id);
  const begin = stored.findIndex((line) => line.includes("__proto__"));
  assertEquals(watcher.text, stored.slice(begin).map((line) => `${line}\n`).join(""));

  await using all = new Piped(opta.spawn(["sessions", "attach", id, "--tail", "all", "--json"]));
  assertEquals(await all.until(stored.at(-1)! + "\n"), stored.map((line) => `${line}\n`).join(""));
});

Deno.test("sessions attach --json finds the latest turns of a log of many pages", async () => {
  await using opta = await Opta.create();
  const stateDir = join(opta.home, "daemon");
  await Deno.mkdir(stateDir, { mode: 0o700 });
  await seedSessions(stateDir, [{ sessionId: "long", turns: 12, deltas: 300 }]);
  await using watcher = new Piped(opta.spawn(["sessions", "attach", "long", "--tail", "6", "--json"]));
  await watcher.until('{"tags":["seeded"]}}\n');
  const stored = await storedLines(opta, "long");
  const begin = stored.findIndex((line) => line.includes('"turn_6"'));
  assertEquals(watcher.text, stored.slice(begin).map((line) => `${line}\n`).join(""));
});

Deno.test("sessions attach follows when the daemon is killed and comes back, and nothing is lost or doubled", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake);
  const id = await sessionWith(opta, "first");
  await using shown = new Piped(opta.spawn(["sessions", "attach", id]));
  await using printed = new Piped(opta.spawn(["sessions", "attach", id, "--json"]));
  await Promise.all([shown.until(figures), printed.until("turn.done")]);
  const { pid } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  Deno.kill(pid, "SIGKILL");
  assertEquals((await opta.run(["daemon", "start"])).code, 0);
  assertEquals((await opta.run(["chat", "--resume", id], "second\n")).code, 0);
  await Promise.all([shown.until(/fake-model[^]*fake-model · .* s\n/), printed.until(/turn\.done[^]*turn\.done.*\n/)]);
  for (const watcher of [shown, printed]) watcher.interrupt();
  const lost = "opta: connection lost, reconnecting …\nopta: reconnected\n";
  assertEquals(await shown.ended(), { code: 130, stderr: lost });
  assertEquals(await printed.ended(), { code: 130, stderr: lost });
  const turn = (content: string) => `› ${content}\nHello, world.\n`;
  assertEquals(
    shown.text.replaceAll(figures, "").replaceAll(/^\S+(?=›)/gm, ""),
    `${turn("first")}\n${turn("second")}\n`,
  );
  assertEquals(printed.text, (await storedLines(opta, id)).map((line) => `${line}\n`).join(""));
});

Deno.test("sessions attach is quiet when its reader has seen enough", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: Array.from({ length: 500 }, () => "many words ".repeat(100)) });
  await using opta = await optaWith(fake);
  const id = await sessionWith(opta, "go");
  for (const more of [[], ["--json"]]) {
    const script = '{ "$@"; echo "code $?" >&2; } | head -c 3 >/dev/null';
    await using shell = opta.shell(script, "sh", ["sessions", "attach", id, ...more]);
    assertEquals(await shell.exit(), 0);
    const text = shell.text.replace(/^opta: watching .*\n/, "");
    assertEquals(text, "code 0");
  }
});

Deno.test("sessions attach tells of a request for permission and who decided, and decides nothing [P2]", async () => {
  await using daemon = await startToolDaemon();
  const { opta, server, tools } = daemon;
  const { stdout } = await opta.run(["chat", "--detach", "go"]);
  const sessionId = stdout.trim();
  await daemon.call("edit a.ts");
  await using watcher = opta.terminal(["sessions", "attach", sessionId], { columns: 160 });
  const asked = await watcher.until("  it waits for whoever chats in this session");
  assert(
    /\? edit asks for permission \(for .*\)\n {2}\+a\.ts\n {2}because edit changes files\n {2}it waits for /.test(
      asked,
    ),
  );
  watcher.type("y");
  const endpoint = () => Promise.resolve({ baseUrl: server.baseUrl, token: TOKEN });
  await using bob = Session.attach({ endpoint, sessionId, clientId: "there", writerId: "bob" });
  const { permissions } = await bob.until(({ permissions }) => Object.keys(permissions).length === 1, soon());
  assertEquals(tools.ran, []);
  await bob.resolve(Object.keys(permissions)[0]!, "allow", "session", soon());
  await daemon.answer("It is done.");
  assertStringIncludes(await watcher.until("It is done.\n"), "  allowed for this session (bob)\n▸ edit a.ts\n  ✓ ");
  assertEquals(tools.ran, ["edit a.ts"]);
});

Deno.test("sessions attach ends well when the session is deleted", async () => {
  await using opta = await Opta.create();
  const id = await sessionWith(opta, "count to 2");
  for (const more of [[], ["--json"]]) {
    const sessionId = more.length === 0 ? await sessionWith(opta, "count to 2") : id;
    await using watcher = new Piped(opta.spawn(["sessions", "attach", sessionId, ...more]));
    await watcher.until(/opta-demo · |turn\.done/);
    await new Api(endpointOf(opta)).call("deleteSession", { params: { sessionId } });
    assertEquals(await watcher.ended(), { code: 0, stderr: `opta: Session ${sessionId} was deleted\n` });
  }
});

Deno.test("sessions attach says what is wrong with its words", async () => {
  await using opta = await Opta.create();
  const tail = await opta.run(["sessions", "attach", "latest", "--tail", "some"]);
  assertEquals([tail.code, tail.stderr], [2, "opta: --tail some: must be a whole number, or all\n"]);
  const none = await opta.run(["sessions", "attach", "nowhere"]);
  assertEquals([none.code, none.stdout], [2, ""]);
  assertStringIncludes(none.stderr, 'There is no session "nowhere"');
});
