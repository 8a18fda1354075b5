/** `opta chat` in a terminal, with the real daemon: what a person types and sees. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { Opta } from "./support/opta.ts";
import type { TestTerminal } from "./support/test_terminal.ts";

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const UP = "\x1b[A";
/** The figures below an answer, and the prompt that is back. */
const backAtPrompt = / s\n\n›$/;

/** A user whose daemon talks to this server. */
const optaWith = (fake: FakeModel, env: Record<string, string> = {}) =>
  Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), ...env });

const isAsked = (count: number) => (stats: { requests: { held: boolean }[] }) =>
  stats.requests.length === count && stats.requests.at(-1)!.held;

async function sessionOf(chat: TestTerminal): Promise<string> {
  await chat.until(/\n›$/);
  return /sess_[\w-]+/.exec(chat.text)![0];
}

/** The text from a prompt on. */
const since = (text: string, prompt: string) => text.slice(text.indexOf(prompt));

async function pidOfDaemon(opta: Opta): Promise<number> {
  return JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json"))).pid;
}

Deno.test("opta chat shows who answers, streams the answer, and leaves on Ctrl-D", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"]);
  const header = await chat.until("/help lists the commands\n\n›");
  assertStringIncludes(header, "built-in demo");
  chat.type(`count to 5${ENTER}`);
  assertStringIncludes(await chat.until(backAtPrompt), "› count to 5\n1\n2\n3\n4\n5\nopta-demo · ");
  assertEquals(chat.beforeCursor, "› ");
  chat.type(CTRL_D);
  assertEquals(await chat.exit(), 0);
  assertStringIncludes(chat.text, "Come back with: opta chat --resume sess_");
  assertEquals(chat.takesPastes, false);
});

Deno.test("two chats on one session see a turn live, and a third that attaches late sees it whole", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two ", "three", "\nfour"], pace: "manual" });
  await using opta = await optaWith(fake);
  await using alice = opta.terminal(["chat"], { env: { USER: "alice" } });
  const id = await sessionOf(alice);
  await using bob = opta.terminal(["chat", "--resume", id], { env: { USER: "bob" } });
  await bob.until(/\n›$/);
  bob.type("half a thought");
  await bob.until("› half a thought");

  alice.type(`count\rand on`);
  await fake.waitFor(isAsked(1));
  await fake.step(2);
  assert((await alice.until("one two")).endsWith("› count\none two"));
  assert(/\nalice@\S+› count\none two$/.test(await bob.until("one two")), bob.text);
  await using carol = opta.terminal(["chat", "--resume", id.slice(0, 13)], { env: { USER: "carol" } });
  assert(/\nalice@\S+› count\none two$/.test(await carol.until("one two")), carol.text);
  await fake.step(3);

  const answer = "count\none two three\nfour\n";
  for (const chat of [alice, bob, carol]) assertStringIncludes(await chat.until(/ s\n\n›[^›]*$/), answer);
  assertEquals(since(carol.text, "alice@"), since(bob.text, "alice@").replace(/›[^›]*$/, "›"));
  assertEquals(bob.beforeCursor, "› half a thought"); // kept, and shown again
  assertEquals(alice.beforeCursor, "› and on");
});

Deno.test("what is typed while an answer streams can be queued, and runs after it [S3]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["second"], times: 1 });
  await fake.script({ tokens: ["one ", "two "], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`first${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await chat.until("› first\none");
  chat.type(`next please${ENTER}`);
  await chat.until("one\nqueued (position 1): next please");
  await fake.step(2);
  await chat.until(/next please\ntwo\n.* s\n\n› next please\nsecond\n.* s\n\n›$/);
});

Deno.test("Ctrl-C cancels the answer at the model server, and the chat goes on [C2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await chat.until("› go\none");
  chat.type(CTRL_C);
  const text = await chat.until(/\ncancelled\n.* s\n\n›$/);
  assertStringIncludes(text, "one\n^C cancelling …\ncancelled\n");
  const { requests } = await fake.waitFor((stats) => stats.active === 0);
  assert(requests[0]!.end!.how !== "finished");
  chat.type("again");
  await chat.until(/\n› again$/);
});

Deno.test("leaving does not cancel: the turn goes on, and --resume shows it [R6]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  await using opta = await optaWith(fake);
  await using chat = opta.terminal(["chat"]);
  const id = await sessionOf(chat);
  chat.type(`go${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(1);
  await chat.until("› go\none");
  chat.type(CTRL_D);
  assertEquals(await chat.exit(), 0);
  assertStringIncludes(chat.text, `The turn goes on in the daemon. Come back with: opta chat --resume ${id}`);
  await using back = opta.terminal(["--resume", id]);
  await back.until(/› go\none$/);
  await fake.step(2);
  await back.until(/› go\none two\n.* s\n\n›$/);
});

Deno.test("Ctrl-C at the prompt clears the line, and the second one leaves", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type("not meant");
  await chat.until("› not meant");
  chat.type(CTRL_C);
  await chat.until(/\npress Ctrl-C again to leave\n›$/);
  chat.type(CTRL_C);
  assertEquals(await chat.exit(), 0);
  assertEquals(chat.text.includes("not meant"), false);
});

Deno.test("a Ctrl-C after something else was typed is a first one again", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(CTRL_C);
  await chat.until(/\npress Ctrl-C again to leave\n›$/);
  chat.type("words");
  await chat.until("› words");
  chat.type(CTRL_C);
  await chat.until(/leave\npress Ctrl-C again to leave\n›$/);
});

Deno.test("a paste of several lines is one message, and the up key finds it in the next chat", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake);
  const message = "look:\n\tif (a) {\n\n}";
  const shown = "› look:\n      if (a) {\n\n  }";
  {
    await using chat = opta.terminal(["chat"]);
    await chat.until(/\n›$/);
    chat.paste(`${message}\n`);
    await chat.until(shown);
    chat.type(ENTER);
    await chat.until(backAtPrompt);
  }
  const [request] = (await fake.stats()).requests;
  assertEquals((request!.body as { messages: unknown[] }).messages.at(-1), { role: "user", content: message });
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(UP);
  await chat.until(shown);
});

Deno.test("the prompt follows a terminal that changes its size", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"], { columns: 60, rows: 20 });
  await chat.until(/\n›$/);
  const words = "one two three four five six seven eight nine ten eleven";
  chat.type(words);
  await chat.until("eleven");
  chat.resize(30, 20);
  await chat.until(/› one two three four five six\n {3}seven eight nine ten eleve\n {2}n$/);
  chat.type(`\x15count to 2${ENTER}`);
  const text = await chat.until(backAtPrompt);
  assert(/commands\n\n› count to 2\n1\n2\nopta-demo/.test(text), text);
});

Deno.test("kill -9 of the daemon loses and doubles nothing: the turn is interrupted, the queued one runs [X1]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["second answer"] });
  await fake.script({ tokens: ["one ", "two ", "three "], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  await using alice = opta.terminal(["chat"], { env: { USER: "alice" } });
  const id = await sessionOf(alice);
  await using bob = opta.terminal(["chat", "--resume", id], { env: { USER: "bob" } });
  await bob.until(/\n›$/);
  alice.type(`first${ENTER}`);
  await fake.waitFor(isAsked(1));
  await fake.step(2);
  await alice.until("› first\none two");
  alice.type(`second${ENTER}`);
  await alice.until("queued (position 1): second");
  await bob.until("› first\none two");

  Deno.kill(await pidOfDaemon(opta), "SIGKILL");
  const end = /second\nsecond answer\n.* s\n\n›$/;
  const [seenByAlice, seenByBob] = await Promise.all([alice.until(end), bob.until(end)]);
  for (const seen of [seenByAlice, seenByBob]) {
    const turns = since(seen, "› first");
    assertEquals(turns.split("one two").length, 2, seen);
    for (const line of ["connection lost, reconnecting …\n", "reconnected\n", "\ninterrupted: "]) {
      assertEquals(turns.split(line).length, 2, seen);
    }
  }
});

Deno.test("a model cannot reach the terminal through what it says", async () => {
  await using fake = await startFakeModel();
  const evil = ["safe\x1b", "]52;c;ZXZpbA==\x07", "\x1b[2J\x1b[?2004l", "\r\x08\x1b]0;owned\x1b", "\\end\u202e."];
  await fake.script({ thinking: ["\x9b31mhm\x1bc"], tokens: evil });
  await using opta = await optaWith(fake, { OPTA_PROVIDER: "openai" });
  await using chat = opta.terminal(["chat"]);
  await chat.until(/\n›$/);
  chat.type(`go${ENTER}`);
  assertStringIncludes(await chat.until(backAtPrompt), "› go\nhm\n\nsafeend.\n");
  assertEquals([chat.takesPastes, chat.title], [true, ""]);
});

Deno.test("commands list sessions, go over to another one, and choose a model", async () => {
  await using opta = await Opta.create();
  await using chat = opta.terminal(["chat"], { columns: 120 });
  const first = await sessionOf(chat);
  chat.type(`count to 2${ENTER}`);
  await chat.until(backAtPrompt);
  chat.type(`/new${ENTER}`);
  await chat.until(/Leaving session sess_[^]*commands\n\n›$/);
  chat.type(`/sessions${ENTER}`);
  await chat.until(/\n\* 1 {2}just now {2}\(empty\)\n {2}2 {2}just now {2}count to 2\n›$/);
  chat.type(`/resume 2${ENTER}`);
  await chat.until(new RegExp(`session ${first} · count to 2\n[^]*› count to 2\n1\n2\n.* s\n\n›$`));
  chat.type(`/model some-model${ENTER}`);
  await chat.until(/The model of this session is now some-model\n(.*\n)?The server does not list some-model[^]*\n›$/);
  chat.type(`/modell${ENTER}`);
  await chat.until("There is no command /modell: did you mean /model?");
  chat.type(`/exit${ENTER}`);
  assertEquals(await chat.exit(), 0);
  assert(/Come back with: opta chat --resume sess_[\w-]+$/.test(chat.text), chat.text); // and no prompt after it
});
