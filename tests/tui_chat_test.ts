/** `opta tui` with the real daemon: what a person types and sees. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Opta } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import {
  assertRestored,
  assertWipesNothing,
  CTRL_C,
  CTRL_D,
  ENTER,
  ESCAPE,
  isReady,
  sessionOf,
  takesAnswers,
} from "./support/tui.ts";

const optaWith = (fake: FakeModel) => Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });

const isAsked = (count: number) => (stats: { requests: { held: boolean }[] }) =>
  stats.requests.length === count && stats.requests.at(-1)!.held;

Deno.test("opta tui shows who answers, streams the answer, and leaves the transcript behind", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  const id = await sessionOf(tui);
  assertStringIncludes(tui.text, "built-in demo");
  tui.type(`count to 30${ENTER}`);
  const text = await tui.until(/ s\n\n›\n● live/);
  const numbers = Array.from({ length: 30 }, (_, i) => i + 1).join("\n");
  assertStringIncludes(text, `› count to 30\n\n${numbers}\n`);
  assertEquals(tui.title, "opta · count to 30");
  assertWipesNothing(tui);
  tui.type(CTRL_D);
  assertEquals(await tui.exit(), 0);
  assertMatch(tui.text, new RegExp(` s\n\nCome back with: opta tui --resume ${id}$`));
  assertRestored(tui);
});

Deno.test("opta chat --tui is the same", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["chat", "--tui", "--plan"], { columns: 120 });
  await tui.until(isReady);
  assertMatch(tui.screen.find((row) => row.startsWith("● live")) ?? "", / · opta-demo · builtin · plan$/);
});

Deno.test("tokens are painted as they come, and typing goes on beside them", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two ", "three"], pace: "manual" });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`go${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await tui.until(/› go\n\none\n\n›\n● live/);
  tui.type("half a thought");
  await tui.until(/one\n\n› half a thought\n● live/);
  await fake.step(1);
  await tui.until(/one two\n\n› half a thought\n● live/);
  assert(tui.beforeCursor.endsWith("› half a thought"));
  await fake.step(2);
  await tui.until(/one two three\n\n[^\n]* s\n\n› half a thought\n● live/);
  assertWipesNothing(tui);
});

Deno.test("what is sent while an answer streams waits above the composer, and runs after it [S3]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["second"], times: 1 });
  await fake.script({ tokens: ["one ", "two"], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`first${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await tui.until("› first\n\none");
  tui.type(`next please${ENTER}`);
  await tui.until(/\n {2}1\. next please\n›\n● live[^]*1 queued/);
  await fake.step(2);
  await tui.until(/one two\n\n[^\n]* s\n\n› next please\n\nsecond\n\n[^\n]* s\n\n›\n● live/);
});

Deno.test("Esc cancels the answer at the model server, and so does Ctrl-C; the chat goes on [C2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  for (const [i, key] of [ESCAPE, CTRL_C].entries()) {
    tui.type(`go ${i}${ENTER}`);
    await fake.waitFor(isAsked(i + 1));
    await fake.step(1);
    await tui.until(`› go ${i}\n\none`);
    tui.type(key);
    await tui.until(new RegExp(`go ${i}\n\none[^]*\ncancelled\n[^\n]* s\n\n›\n● live`));
    await fake.waitFor((stats) => stats.active === 0);
  }
});

Deno.test("Ctrl-C clears the line, and twice it leaves; Ctrl-D leaves only an empty line", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`abc${CTRL_D}`);
  await tui.until("› abc");
  tui.type(CTRL_C);
  await tui.until(/\n›\npress Ctrl-C again to leave\n● live/);
  tui.type(CTRL_C);
  assertEquals(await tui.exit(), 0);
  assertRestored(tui);
});

Deno.test("two terminals on one session see the same turn live, each other's name, and how many they are", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two"], pace: "manual" });
  await using opta = await optaWith(fake);
  await using alice = opta.terminal(["tui"], { env: { USER: "alice" }, columns: 120 });
  const id = await sessionOf(alice);
  await using bob = opta.terminal(["tui", "--resume", id], { env: { USER: "bob" }, columns: 120 });
  await bob.until("2 clients");
  await alice.until("2 clients");
  alice.type(`count${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await alice.until(/› count\n\none\n\n›/);
  await bob.until(/alice@\S+› count\n\none\n\n›/);
  await fake.step(2);
  for (const tui of [alice, bob]) await tui.until(/one two\n\n[^\n]* s\n\n›\n● live/);
  bob.type(CTRL_D);
  assertEquals(await bob.exit(), 0);
  await alice.until(/\n›\n● live(?:(?!2 clients)[^])*$/);
});

Deno.test("a request for permission stands below the transcript, and a key answers it", async () => {
  await using folder = await temporaryFolder();
  await using opta = await Opta.create();
  opta.cwd = folder.path;
  await using tui = opta.terminal(["tui", "--add-dir", folder.path]);
  await tui.until(isReady);
  tui.type(`create hello.txt that says hi${ENTER}`);
  await tui.until("Allow this?");
  await tui.until(takesAnswers);
  tui.type("y");
  await tui.until(/write_file: allowed[^]* s\n\n›\n● live/);
  assertWipesNothing(tui);
});

Deno.test("commands say their part in the transcript, and the lists open as overlays", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  const id = await sessionOf(tui);
  tui.type(`/mode plan${ENTER}`);
  await tui.until(/› \/mode plan\n\nYour next messages are in the mode plan/);
  tui.type(`/nwe${ENTER}`);
  await tui.until("There is no command /nwe: did you mean /new?");
  tui.type(`/sessions${ENTER}`);
  await tui.until("Esc closes");
  assert(!tui.screen.some((row) => row === "›"));
  tui.type(ESCAPE);
  await tui.until(/did you mean \/new\?[^›]*›\n● live/);
  tui.type(`/new${ENTER}`);
  await tui.until(new RegExp(`Leaving session ${id}\\.[^]*session sess_(?!${id.slice(5)})[^]*\n›\n● live`));
});

Deno.test("another session is gone over to, its turns are printed, and /history has them in a pager", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"], { env: { PAGER: "sed s/^/paged:/; sleep 1; echo end of pages" } });
  const id = await sessionOf(tui);
  tui.type(`count to 3${ENTER}`);
  await tui.until(/ s\n\n›\n● live/);
  tui.type(`/new${ENTER}`);
  await tui.until(/Leaving session[^]*\n›\n● live · sess_/);
  tui.type(`/resume ${id}${ENTER}`);
  await tui.until(/Leaving session[^]*Leaving session[^]*› count to 3\n\n1\n2\n3\n\n[^\n]* s\n\n›\n● live/);
  assertEquals(tui.title, "opta · count to 3");
  tui.type(`/history${ENTER}`);
  await tui.until(/paged:› count to 3\npaged:\npaged:1\n[^]*end of pages\n+›\n● live/);
  assertWipesNothing(tui);
});

async function temporaryFolder() {
  const path = await Deno.makeTempDir({ prefix: "opta-folder-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
