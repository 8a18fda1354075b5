/** `opta chat --no-daemon` in a terminal: the chat that a person knows, with the engine in the same process. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAsked } from "./do_suite.ts";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import type { TestTerminal } from "./support/test_terminal.ts";

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const NOTICE = "opta: no daemon: turns run in this command, and end with it";
/** The figures below an answer, and the prompt that is back. */
const backAtPrompt = / s\n\n›$/;

async function sessionOf(chat: TestTerminal): Promise<string> {
  await chat.until(/\n›$/);
  return /sess_[\w-]+/.exec(chat.text)![0];
}

Deno.test("opta chat --no-daemon answers, cancels, and is gone on with by another one, and then with a daemon", async () => {
  await using fake = await startFakeModel();
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  await fake.script({ tokens: ["one ", "two "], pace: "manual", times: 1 });
  await fake.script({ tokens: ["first"], times: 1 });
  let id: string;
  {
    await using chat = opta.terminal(["chat", "--no-daemon"]);
    id = await sessionOf(chat);
    assertStringIncludes(chat.text, NOTICE);
    chat.type(`hello${ENTER}`);
    await chat.until(/› hello\nfirst\n.* s\n\n›$/);
    chat.type(`go${ENTER}`);
    await fake.waitFor(isAsked);
    await fake.step(1);
    await chat.until("› go\none");
    chat.type(CTRL_C);
    await chat.until(/\ncancelled\n.* s\n\n›$/);
    chat.type(CTRL_D);
    assertEquals(await chat.exit(), 0);
    assertStringIncludes(chat.text, `Come back with: opta chat --resume ${id}`);
  }
  await fake.script({ tokens: ["last"] });
  {
    await using chat = opta.terminal(["--no-daemon", "--resume", id]);
    await chat.until(/› hello\nfirst\n[^]*› go\none[^]*\ncancelled\n[^]*›$/);
    chat.type(`again${ENTER}`);
    await chat.until(/› again\nlast\n.* s\n\n›$/);
  }
  const { messages } = (await fake.stats()).requests.at(-1)!.body as { messages: { role: string; content: string }[] };
  assertEquals(messages.filter(({ role }) => role === "user").map(({ content }) => content), ["hello", "go", "again"]);
  await using chat = opta.terminal(["chat", "--resume", id]);
  await chat.until(/› again\nlast\n[^]*›$/);
  assertEquals(chat.text.includes(NOTICE), false);
});

Deno.test("leaving opta chat --no-daemon ends the turn that runs, and says so", async () => {
  await using fake = await startFakeModel();
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), OPTA_NO_DAEMON: "1" });
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  await using chat = opta.terminal(["chat"]);
  const id = await sessionOf(chat);
  chat.type(`go${ENTER}`);
  await fake.waitFor(isAsked);
  await fake.step(1);
  await chat.until("› go\none");
  chat.type(CTRL_D);
  assertEquals(await chat.exit(), 0);
  assertStringIncludes(
    chat.text,
    `The turn ends here, as there is no daemon. Come back with: opta chat --resume ${id}`,
  );
  await fake.waitFor((stats) => stats.active === 0);
  await using back = opta.terminal(["chat", "--resume", id]);
  await back.until(/› go\none[^]*\ninterrupted: [^]*›$/);
});

for (const [key, isAllowed] of [["y", true], ["n", false]] as const) {
  Deno.test(`opta chat --no-daemon asks before a tool runs, and obeys: ${key}`, async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-no-daemon-" }));
    await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
    await using opta = await Opta.create();
    opta.cwd = folder;
    await using chat = opta.terminal(["chat", "--no-daemon"], { columns: 160 });
    await chat.until(/\n›$/);
    chat.type(`create hello.txt that says hi${ENTER}`);
    assertStringIncludes(await chat.until(/Allow this\? {2}y yes · n no/), "? write_file asks for permission");
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    chat.type(key);
    const text = await chat.until(backAtPrompt);
    assertEquals(text.includes("\n  allowed\n"), isAllowed, text);
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(names, isAllowed ? ["hello.txt"] : []);
  });
}

Deno.test("opta tui --no-daemon is the drawn chat with the engine in its process", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui", "--no-daemon"], { env: { TERM: "xterm-256color" }, columns: 100, rows: 30 });
  await tui.until("/help");
  tui.type(`count to 3${ENTER}`);
  await tui.until(/1\n *2\n *3\n[^]*opta-demo · /);
  tui.type(CTRL_D);
  assertEquals(await tui.exit(), 0);
  assert(/Come back with: opta tui --resume sess_[\w-]+/.test(tui.text), tui.text);
  const { code, stdout } = await opta.run(["daemon", "status", "--json"]);
  assertEquals([code, JSON.parse(stdout).running], [4, false]);
});
