/** What a person sees of a model that takes its time, fails or is not there, and what `/retry` and `/model` do about it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freePort } from "./support/free_port.ts";
import { Opta } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

const ENTER = "\r";
const CTRL_C = "\x03";
/** The figures below an answer, and the prompt that is back. */
const backAtPrompt = / s\n\n›$/;

const optaWith = (fake: FakeModel, env: Record<string, string> = {}) =>
  Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), ...env });

const isHeld = (count: number) => (stats: { requests: { held: boolean }[] }) =>
  stats.requests.length === count && stats.requests.at(-1)!.held;

/** Without what the daemon itself tells the model. */
async function lastBody(fake: FakeModel): Promise<{ model: string; messages: unknown[] }> {
  const body = (await fake.stats()).requests.at(-1)!.body as { model: string; messages: { role: string }[] };
  return { ...body, messages: body.messages.filter(({ role }) => role !== "system") };
}

Deno.test("a long prefill is one line that changes in place, and leaves nothing behind", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["Hello."], prefill: "manual" });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  await chat.until(/› go\n {2}Waiting for the first word of fake-model \(\d s\)\.$/);
  await chat.until(/› go\n {2}Waiting for the first word of fake-model \((?:[6-9]|\d\d) s\)\.$/);
  await fake.step(2);
  const text = await chat.until(backAtPrompt);
  assertStringIncludes(text, "› go\nHello.\nfake-model · ");
});

Deno.test("a turn that is cancelled in its prefill takes the line with it", async () => {
  await using fake = await startFakeModel();
  await fake.script({ prefill: "manual" });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  await chat.until(/Waiting for the first word/);
  chat.type(CTRL_C);
  const text = await chat.until(/\ncancelled\n.* s\n\n›$/);
  assertStringIncludes(text, "› go\n^C cancelling …\ncancelled\n");
});

Deno.test("/retry asks a server again that was not there, under the question that it asks", async () => {
  const port = freePort();
  await using opta = await Opta.create({ OPTA_HOST: "127.0.0.1", OPTA_PORT: String(port) });
  await using chat = opta.terminal(["chat", "--plan"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  const failed = await chat.until(/\n\/retry asks again\n\n›$/);
  assert(/› go\nlmx-connection-refused: Cannot reach [^]*\n\/retry asks again\n\n›$/.test(failed), failed);
  assertEquals(failed.includes("Trying again"), false); // it was shown, and is over
  await using fake = await startFakeModel({ port });
  await fake.script({ tokens: ["Hello."] });
  chat.type(`/retry${ENTER}`);
  const text = await chat.until(backAtPrompt);
  assertStringIncludes(text, "› /retry\n› go\nHello.\nfake-model · ");
  assertEquals((await lastBody(fake)).messages, [{ role: "user", content: "go" }]);
  chat.type(`/retry${ENTER}`); // also after a good answer
  await chat.until(/› \/retry\n› go\nHello\.\n.*\n\n› \/retry\n› go\nHello\.\n.* s\n\n›$/);
});

Deno.test("what came of a broken answer stays on the screen and in the history", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["All of it."] });
  await fake.script({ tokens: ["Half ", "of it."], fault: { kind: "drop", after: 1 }, times: 1 });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  await chat.until(/› go\nHalf\n[^]*\n\/retry asks again\n\n›$/);
  chat.type(`/retry${ENTER}`);
  assert(/› go\nHalf[^]*› \/retry\n› go\nAll of it\.\n/.test(await chat.until(backAtPrompt)), chat.text);
  assertEquals((await lastBody(fake)).messages, [
    { role: "user", content: "go" },
    { role: "assistant", content: "Half " },
    { role: "user", content: "go" },
  ]);
});

Deno.test("/retry says so when there is nothing to ask again", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`/retry${ENTER}`);
  await chat.until("You have asked nothing in this session yet\n›");
});

Deno.test("/retry from a pipe asks again, also in a session that was resumed", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["good"] });
  await fake.script({ tokens: ["half", " of it"], fault: { kind: "drop", after: 1 }, times: 1 });
  await using opta = await optaWith(fake);
  const first = await opta.run(["chat", "-v"], "go\n/retry\n");
  assertEquals([first.code, first.stdout], [1, "half\ngood\n"]);
  const id = /session (sess_[\w-]+)/.exec(first.stderr)![1]!;
  assertEquals((await opta.run(["chat", "--resume", id], "/retry\n")).stdout, "good\n");
  const none = await opta.run(["chat"], "/retry\n");
  assertEquals([none.code, none.stdout], [1, ""]);
  assertStringIncludes(none.stderr, "asked nothing in this session yet");
});

Deno.test("/model lists what the server has, and takes a number, a name, and the choice back", async () => {
  const models = [{ id: "small", state: "loaded" as const }, { id: "large", state: "available" as const }];
  await using fake = await startFakeModel({ models });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`/model${ENTER}`);
  await chat.until(
    /› \/model\n\* 1 {2}small \(loaded\)\n {2}2 {2}large \(not loaded\)\nThe first loaded model[^]*chooses one\n›$/,
  );
  chat.type(`/model 2${ENTER}`);
  await chat.until("The model of this session is now large\n›");
  await fake.configure({ models: models.map((model) => ({ ...model, state: "loaded" })) });
  chat.type(`go${ENTER}`);
  await chat.until(backAtPrompt);
  assertEquals((await lastBody(fake)).model, "large");
  chat.type(`/model 3${ENTER}`);
  await chat.until("There is no model 3: /model lists 2\n›");
  chat.type(`/model smal${ENTER}`);
  await chat.until("The server does not list smal: did you mean small?");
  chat.type(`/model default${ENTER}`);
  await chat.until("The model of this session is now the daemon's choice\n›");
  const piped = await opta.run(["chat"], "/model 2\ngo\n/model\n");
  assertEquals(piped.code, 0);
  assertStringIncludes(piped.stderr, "  1  small (loaded)\n* 2  large (loaded)\nlarge is chosen for this session");
});

Deno.test("opta do tells of each try of a server that is not there, and says nothing with --quiet", async () => {
  await using opta = await Opta.create({ OPTA_HOST: "127.0.0.1", OPTA_PORT: String(freePort()) });
  const loud = await opta.run(["do", "hi"]);
  assertEquals([loud.code, loud.stdout], [3, ""]);
  assertEquals(loud.stderr.match(/Trying again in [\d.]+ s \(\d of 3\)/g)?.length, 3, loud.stderr);
  assertEquals(loud.stderr.includes("--resume"), false); // the same command again does as much
  const { code, stderr } = await opta.run(["do", "-q", "hi"]);
  assertEquals([code, stderr.trim().split("\n").length], [3, 1], stderr);
});

Deno.test("opta do says how to go on with an answer that broke off, and with --verbose over what it came", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["half", " of it"], fault: { kind: "drop", after: 1 } });
  await using opta = await optaWith(fake);
  assertStringIncludes((await opta.run(["do", "-v", "hi"])).stderr, "opta: fake-model (lmx, ws) answers\n");
  const { code, stdout, stderr } = await opta.run(["do", "hi"]);
  assertEquals([code, stdout], [1, "half\n"]);
  assert(/\nopta: What came is kept\. Go on with: opta do --resume sess_[\w-]+ go on\n$/.test(stderr), stderr);
});

Deno.test("opta do shows a prefill in a terminal alone, and takes the line back", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["Hello."], prefill: "manual" });
  await using opta = await optaWith(fake);
  await using terminal = opta.terminal(["do", "go"]);
  await terminal.until("Waiting for the first word of fake-model");
  await fake.step(2);
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text, "Hello.");

  const child = opta.run(["do", "--verbose", "go"]);
  await fake.waitFor(isHeld(2));
  await using watcher = opta.terminal(["chat", "--resume", await newestSession(opta)]); // comes late to the same turn
  await watcher.until(/› go\n {2}Waiting for the first word of fake-model \(\d+ s\)\.$/);
  await fake.step(2);
  const { stdout, stderr } = await child;
  assertEquals(stdout, "Hello.\n");
  assertStringIncludes(stderr, "opta: Waiting for the first word of fake-model");
  assertEquals(stderr.includes("\x1b"), false);
});

/** The session that was written to last. */
async function newestSession(opta: Opta): Promise<string> {
  const { host, port, token } = JSON.parse(await Deno.readTextFile(`${opta.home}/daemon/state.json`));
  const response = await fetch(`http://${host}:${port}/v3/sessions?limit=1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await response.json()).sessions[0].sessionId;
}

Deno.test("a server that is busy twice is asked again, and each time is told", async () => {
  await using fake = await startFakeModel({ lmx: false });
  await fake.script({ tokens: ["Hello."] });
  const refuse = { status: 503, body: '{"error":{"message":"Loading the model"}}' };
  await fake.script({ refuse, times: 2 });
  await using opta = await optaWith(fake);
  const { code, stdout, stderr } = await opta.run(["do", "go"]);
  assertEquals([code, stdout], [0, "Hello.\n"], stderr);
  assertEquals(stderr.match(/Trying again in [\d.]+ s \([12] of 3\)/g)?.length, 2, stderr);
  assertStringIncludes(stderr, "Loading the model");
  assertEquals((await fake.stats()).requestCount, 3);
});
