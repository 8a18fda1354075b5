/** `opta tui` when its daemon goes, with the real daemon. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { Opta } from "./support/opta.ts";
import { assertRestored, assertWipesNothing, CTRL_D, ENTER, isReady, pidOfDaemon, sessionOf } from "./support/tui.ts";

const optaWith = (fake: FakeModel) => Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });

const isAsked = (count: number) => (stats: { requests: { held: boolean }[] }) =>
  stats.requests.length === count && stats.requests.at(-1)!.held;

Deno.test("kill -9 of the daemon in mid-answer: a countdown, then all of it once, and what waited runs [X1]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["second answer"], times: 1 });
  await fake.script({ tokens: ["one ", "two ", "three ", "four"], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`first${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(3);
  await tui.until("one two three");
  tui.type(`second${ENTER}`);
  await tui.until("1. second");
  Deno.kill(await pidOfDaemon(opta), "SIGKILL");
  await tui.until(/Connection lost: [^\n]*\n○ reconnecting \d+ s/);
  tui.type("a draft"); // typing goes on
  await tui.until(/› a draft\nConnection lost/);
  const text = await tui.until(/second\n\nsecond answer\n\n[^\n]* s\n\n› a draft\n● live/);
  for (const once of ["› first\n", "one two three", "interrupted: ", "› second\n", "second answer"]) {
    assertEquals(text.split(once).length, 2, `${once} in:\n${text}`);
  }
  assertEquals(text.includes("Connection lost"), false); // said where it is not left behind
  assertWipesNothing(tui);
});

Deno.test("what is sent while there is no daemon is shown as on its way, and sent when there is one [S4]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["the answer"], times: 1 });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  Deno.kill(await pidOfDaemon(opta), "SIGKILL");
  await tui.until("Connection lost");
  tui.type(`are you there?${ENTER}`);
  await tui.until(/sending: are you there\?\n›\nConnection lost/);
  const text = await tui.until(/› are you there\?\n\nthe answer\n\n[^\n]* s\n\n›\n● live/);
  assertEquals(text.split(/^› are you there\?$/m).length, 2, text);
});

Deno.test("a daemon that cannot come back: why, a way to try now, a way out, and the draft is there the next time", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"], { columns: 120 });
  const id = await sessionOf(tui);
  tui.type(`count to 3${ENTER}`);
  await tui.until(/ s\n\n›\n● live/);
  const config = join(opta.home, "config.json");
  await Deno.writeTextFile(config, "this is no JSON");
  Deno.kill(await pidOfDaemon(opta), "SIGKILL");
  await tui.until(/No connection for \d+ s, [^\n]*config\.json[^\n]*\nEnter on an empty line tries now, Ctrl-D leaves/);

  await Deno.remove(config);
  tui.type(ENTER);
  await tui.until(isReady);

  await Deno.writeTextFile(config, "this is no JSON");
  Deno.kill(await pidOfDaemon(opta), "SIGKILL");
  await tui.until("Ctrl-D leaves");
  tui.type("never sent");
  await tui.until("› never sent");
  tui.type(`${ENTER}half written`);
  await tui.until(/sending: never sent\n› half written/);
  Deno.kill(tui.pid, "SIGTERM");
  assertEquals(await tui.exit(), 0);
  assertStringIncludes(tui.text, "What you had typed is kept for then.");
  assertRestored(tui);
  const drafts = join(opta.home, "drafts");
  for await (const { name } of Deno.readDir(drafts)) {
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(join(drafts, name))).mode! & 0o777, 0o600);
  }

  await Deno.remove(config);
  await using next = opta.terminal(["tui", "--resume", id], { columns: 120 });
  await next.until(/\n› never sent\n {2}half written\n/);
  next.type(`\x15\x7f\x15${CTRL_D}`);
  assertEquals(await next.exit(), 0);
  await using last = opta.terminal(["tui", "--resume", id], { columns: 120 });
  await last.until(isReady); // what was deleted does not come back
});

Deno.test("what was typed outlives a terminal UI that is killed", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  const id = await sessionOf(tui);
  tui.type("written down");
  const draft = join(opta.home, "drafts", `${id}.txt`);
  const isKept = () => Deno.readTextFile(draft).then((text) => text === "written down", () => false);
  while (!await isKept()) await tui.until(() => true);
  Deno.kill(tui.pid, "SIGKILL");
  await tui.exit();
  await using next = opta.terminal(["tui", "--resume", id]);
  await next.until("› written down\nwhat you had typed last time is back");
});

Deno.test("a session that is deleted elsewhere is said to be closed, and /new begins another", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  const id = await sessionOf(tui);
  const { token, port } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  const response = await fetch(`http://127.0.0.1:${port}/v3/sessions/${id}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  assertEquals(response.status, 200);
  await tui.until(/This session is closed here: [^\n]*\n\/new begins another/);
  tui.type(`/new${ENTER}`);
  await tui.until(new RegExp(`Leaving session ${id}[^]*\n›\n● live`));
});
