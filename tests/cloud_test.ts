/** Anthropic with the real daemon: as a provider, as the fallback that the user allows, and what becomes of the key. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StateFile } from "@opta/protocol";
import { errorBody, FakeAnthropic, type FakeAnthropicOptions } from "./support/fake_anthropic.ts";
import { freePort } from "./support/free_port.ts";
import { Opta, outcomeOf } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

const KEY = "a-key-that-must-not-be-seen-3f9Qe7Yb1Lw0Xs8C";
/** So little of the key gives it away. */
const KEY_START = KEY.slice(0, 20);

/** Keys that whoever runs the tests has set are left out. */
const noKeys = { ANTHROPIC_API_KEY: "", OPTA_API_KEY: "" };

/** The command with its model at Anthropic; the key comes from a pipe, as people are told to set it. */
async function optaAt(fake: FakeAnthropic, env: Record<string, string> = {}): Promise<Opta> {
  const opta = await Opta.create({ ...noKeys, OPTA_PROVIDER: "anthropic", ...env });
  await set(opta, "anthropic.baseUrl", fake.url);
  assertEquals(await opta.run(["config", "set", "anthropic.apiKey"], `${KEY}\n`), { code: 0, stdout: "", stderr: "" });
  return opta;
}

async function set(opta: Opta, key: string, value: string): Promise<void> {
  assertEquals((await opta.run(["config", "set", key, value])).code, 0);
}

const fakeWithKey = (options: FakeAnthropicOptions = {}) => new FakeAnthropic({ apiKey: KEY, ...options });

/** An error as only a careless server would write it: with the key, also where quoting it in part would cut it. */
const echoes = (before: number) => `Your key is ${KEY}. ${"So ".repeat(before)} ${KEY} is it.`;

Deno.test("Anthropic answers when it is the provider, and is told the whole conversation", async () => {
  await using fake = fakeWithKey();
  await using opta = await optaAt(fake);
  const { code, stdout } = await opta.run(["do", "-f", "json", "hi"]);
  assertEquals(code, 0);
  const { sessionId, response, model, provider, stats } = JSON.parse(stdout);
  assertEquals([response, model, provider], ["Hello, world.", "claude-sonnet-5", "anthropic"]);
  assertEquals([stats.promptTokens, stats.completionTokens], [12, 12]);
  await opta.run(["do", "-r", sessionId, "and now?"]);
  const text = (text: string) => [{ type: "text", text }];
  assertEquals((fake.requests.at(-1)!.body as { messages: unknown }).messages, [
    { role: "user", content: text("hi") },
    { role: "assistant", content: text("Hello, world.") },
    { role: "user", content: text("and now?") },
  ]);
});

Deno.test("a cancelled turn is cancelled at Anthropic", async () => {
  await using fake = fakeWithKey();
  await using opta = await optaAt(fake);
  fake.script = { then: "hold" };
  const child = opta.spawn(["do", "hi"]);
  await fake.until(({ requests }) => requests.length === 1);
  child.kill("SIGINT");
  assertEquals((await outcomeOf(child)).code, 130);
  await fake.until(({ hangUps }) => hangUps === 1);
});

Deno.test("Anthropic answers a turn that no model server took, when the user has said so", async () => {
  await using fake = fakeWithKey();
  await using opta = await optaAt(fake, { OPTA_PROVIDER: "auto", OPTA_HOST: "127.0.0.1", OPTA_PORT: `${freePort()}` });
  await set(opta, "provider.fallback", "anthropic");
  const fallen = await opta.run(["do", "-f", "json", "hi"]);
  assertEquals([fallen.code, JSON.parse(fallen.stdout).response], [0, "Hello, world."]);
  assertEquals(fake.requests.length, 1);
  assertStringIncludes((await opta.run(["daemon", "status"])).stdout, "claude-sonnet-5 at Anthropic");

  const { code, stderr } = await opta.run(["do", "--provider", "openai", "hi"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "connection refused");
  assertEquals(fake.requests.length, 1, "who asks for a provider gets that one or none");
});

Deno.test("a fallback without a key is told of, in the log, in the status and with the failure", async () => {
  const env = { ...noKeys, OPTA_PROVIDER: "auto", OPTA_HOST: "127.0.0.1", OPTA_PORT: `${freePort()}` };
  await using opta = await Opta.create(env);
  await set(opta, "provider.fallback", "anthropic");
  const { code, stderr } = await opta.run(["do", "hi"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "connection refused");
  const told = "The fallback to Anthropic has no API key. Set one with";
  assertStringIncludes(stderr, told);
  assertStringIncludes((await opta.run(["daemon", "status"])).stdout, told);
  assertStringIncludes((await opta.run(["daemon", "logs"])).stdout, "Anthropic is set up without an API key");
});

Deno.test("nothing goes to Anthropic unless the settings send it there, whatever a turn asks for", async () => {
  await using fake = fakeWithKey();
  await using opta = await optaAt(fake, { OPTA_PROVIDER: "demo" });
  const { code, stderr } = await opta.run(["do", "--provider", "anthropic", "hi"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "opta config set provider.fallback anthropic");
  assertEquals(fake.requests, []);
  const host = new URL(fake.url).host;
  const netOf = async () => JSON.parse((await opta.run(["daemon", "status", "--json"])).stdout).permissions.net;
  assertEquals((await netOf()).includes(host), false);

  await set(opta, "provider.fallback", "anthropic");
  assertEquals((await opta.run(["daemon", "restart"])).code, 0);
  assertEquals((await netOf()).includes(host), true);
  assertEquals((await opta.run(["do", "--provider", "anthropic", "hi"])).stdout.trim(), "Hello, world.");
});

Deno.test("the key of Anthropic stands in config.json and nowhere else, also when its errors repeat it", async () => {
  await using fake = fakeWithKey();
  await using opta = await optaAt(fake);
  assertEquals((await opta.run(["do", "hi"])).code, 0);
  const outputs: string[] = [];
  for (const before of [0, 135, 140, 145]) {
    fake.script = { refuse: { status: 400, body: errorBody("invalid_request_error", echoes(before)) } };
    const { code, stdout, stderr } = await opta.run(["do", "hi"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Your key is [redacted].");
    outputs.push(stdout, stderr);
  }
  fake.script = { events: [errorBody("api_error", echoes(0))] };
  outputs.push((await opta.run(["do", "-f", "json", "hi"])).stdout);
  await assertUnseen(opta, outputs);
  const config = await Deno.readTextFile(`${opta.home}/config.json`);
  assertStringIncludes(config, KEY);
  assertEquals((await Deno.stat(`${opta.home}/config.json`)).mode! & 0o777, 0o600);
});

Deno.test("the key of a model server is nowhere, also when its errors repeat it", async () => {
  await using fake = await startFakeModel({ apiKey: KEY, lmx: false });
  await using opta = await Opta.create({
    ...noKeys,
    OPTA_HOST: fake.host,
    OPTA_PORT: String(fake.port),
    OPTA_API_KEY: KEY,
  });
  const body = JSON.stringify({ error: { message: echoes(140) } });
  await fake.script({ refuse: { status: 400, body } });
  const { code, stdout, stderr } = await opta.run(["do", "hi"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Your key is [redacted].");
  await assertUnseen(opta, [stdout, stderr]);
});

Deno.test("opta config set asks for a key without showing it", async () => {
  await using opta = await Opta.create(noKeys);
  await using terminal = opta.terminal(["config", "set", "anthropic.apiKey"]);
  await terminal.until("anthropic.apiKey (not shown):");
  terminal.type(`${KEY}\r`);
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text.includes(KEY_START), false);
  assertEquals((await opta.run(["config", "get", "anthropic.apiKey"])).stdout, `${KEY}\n`);
  await using cancelled = opta.terminal(["config", "set", "anthropic.apiKey", "-"]);
  await cancelled.until("anthropic.apiKey (not shown):");
  cancelled.type("other\x03");
  assertEquals(await cancelled.exit(), 130);
  assertEquals((await opta.run(["config", "get", "anthropic.apiKey"])).stdout, `${KEY}\n`);
});

Deno.test("opta config set takes a key from a pipe or, with a word about it, from the command line", async () => {
  await using opta = await Opta.create(noKeys);
  assertEquals((await opta.run(["config", "set", "connection.apiKey", "-"], "piped\r\n")).code, 0);
  assertEquals((await opta.run(["config", "get", "connection.apiKey"])).stdout, "piped\n");
  assertStringIncludes((await opta.run(["config", "set", "connection.apiKey", "typed"])).stderr, "history");
  assertEquals((await opta.run(["config", "get", "connection.apiKey"])).stdout, "typed\n");
  assertEquals((await opta.run(["config", "set", "connection.apiKey"], "")).code, 2);
  assertEquals((await opta.run(["config", "set", "model.default"])).code, 2);
});

/** Looks for the key in all that the daemon and the command write and show. */
async function assertUnseen(opta: Opta, outputs: readonly string[]): Promise<void> {
  const state = StateFile.parse(JSON.parse(await Deno.readTextFile(`${opta.home}/daemon/state.json`)));
  const shown = [["daemon", "status"], ["daemon", "status", "--json"], ["daemon", "logs"], ["config", "list"]];
  const texts = new Map(outputs.map((text, i) => [`output ${i}`, text]));
  for (const words of shown) {
    const { stdout, stderr } = await opta.run(words);
    texts.set(words.join(" "), stdout + stderr);
  }
  if (Deno.build.os === "linux") texts.set("argv", await Deno.readTextFile(`/proc/${state.pid}/cmdline`));
  assertEquals((await opta.run(["daemon", "stop"])).code, 0); // so that all is written
  for await (const [path, text] of filesIn(opta.home)) texts.set(path, text);
  texts.delete(`${opta.home}/config.json`);
  for (const [where, text] of texts) assertEquals(text.includes(KEY_START), false, where);
  const database = [...texts].filter(([where]) => where.includes("sessions.db")).map(([, text]) => text).join("");
  assert(database.includes("Your key is [redacted]."), "what is looked through is what was stored");
}

/** Every file, as text of one character for each byte. */
async function* filesIn(folder: string): AsyncGenerator<[path: string, text: string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesIn(path);
    else yield [path, new TextDecoder("latin1").decode(await Deno.readFile(path))];
  }
}
