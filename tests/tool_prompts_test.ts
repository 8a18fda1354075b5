/** Requests for permission and tool calls, as a person at a terminal sees and answers them. */
import { Api, Session } from "@opta/protocol/client";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TOKEN } from "../daemon/server/testing/test_server.ts";
import { Opta } from "./support/opta.ts";
import { soon } from "./support/session.ts";
import type { TestTerminal } from "./support/test_terminal.ts";
import { startToolDaemon, type ToolDaemon } from "./support/tool_daemon.ts";

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
/** Keys answer now. */
const isAsked = /Allow this\? {2}y yes · n no/;
const backAtPrompt = / s\n\n›$/;

async function chatOf({ opta }: ToolDaemon, ...words: string[]): Promise<TestTerminal> {
  const chat = opta.terminal(["chat", ...words], { columns: 160 });
  await chat.until(/\n›$/);
  return chat;
}

/** Another client on the session of this chat. */
function bobAt({ server }: ToolDaemon, chat: TestTerminal): Session {
  const sessionId = /sess_[\w-]+/.exec(chat.text)![0];
  const endpoint = () => Promise.resolve({ baseUrl: server.baseUrl, token: TOKEN });
  return Session.attach({ endpoint, sessionId, clientId: "there", writerId: "bob" });
}

Deno.test("opta chat asks before a tool runs, shows what it would do, and takes the answer by one key", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  chat.type(`go${ENTER}`);
  await daemon.call("edit a.ts");
  const asked = await chat.until(isAsked);
  assertStringIncludes(asked, "? edit asks for permission\n  +a.ts\n  because edit changes files\n");
  assertStringIncludes(asked, "s and a would allow: edit\n");
  assertEquals(daemon.tools.ran, []);
  chat.type(ENTER); // does nothing
  chat.type("x"); // goes to the message that is being written
  await chat.until("(what you have typed is kept)");
  assertEquals(daemon.tools.ran, []);
  chat.type("y");
  await daemon.answer("It is done.");
  const text = await chat.until(/ s\n\n› x$/);
  assertStringIncludes(text, "would allow: edit\n  allowed\n▸ edit a.ts\n  ✓ ");
  assertStringIncludes(text, "It is done.\n");
  assertEquals([daemon.tools.ran, text.includes("Allow this?")], [["edit a.ts"], false]);
});

Deno.test("what was typed before a request came approves nothing, and stays [security 13]", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  chat.type(`go${ENTER}`);
  await chat.until(/› go$/);
  chat.type("yes");
  chat.type("y");
  await daemon.call("run ls");
  await chat.until(/Allow this\?.*\(what you have typed is kept\)/);
  assertEquals(daemon.tools.ran, []);
  chat.type("n");
  await chat.until("✗");
  await daemon.answer("Then not.");
  const text = await chat.until(/\n› yesy$/);
  assertStringIncludes(text, "  not allowed\n▸ run ls\n  ✗ not allowed · ");
  assertEquals(daemon.tools.ran, []);
});

Deno.test("several requests are asked one after another, and a wider answer covers what follows", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  chat.type(`go${ENTER}`);
  await daemon.call("run one", "run two", "edit a", "edit b");
  await chat.until(/would allow: run: one\n[^]*Allow this\?/);
  chat.type("y");
  await chat.until(/would allow: run: two\n[^]*Allow this\?/);
  chat.type("n");
  await chat.until(/would allow: edit\n[^]*Allow this\?/);
  chat.type("a");
  await daemon.answer("Done.");
  const text = await chat.until(backAtPrompt);
  assertStringIncludes(text, "  allowed always in this folder\n");
  assertEquals(daemon.tools.ran, ["run one", "edit a", "edit b"]);
  assertEquals(daemon.tools.remembered, ["edit"]);
});

Deno.test("why something is denied is sent as the next message", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  chat.type(`go${ENTER}`);
  await daemon.call("run rm");
  await chat.until(isAsked);
  chat.type("d");
  await chat.until(/Enter denies it, and sends what you write as the next message\n›$/);
  chat.type("y, but keep a copy");
  await chat.until(/› y, but keep a copy$/);
  assertEquals(daemon.tools.ran, []);
  chat.type(ENTER);
  await chat.until("✗");
  await daemon.answer("I leave it.");
  const next = await daemon.server.models.next();
  assertEquals(next.request.messages.at(-1)!.content, "y, but keep a copy");
  next.text("Copied.");
  next.finish();
  await chat.until(/Copied\.\n.* s\n\n›$/);
  assertEquals(daemon.tools.ran, []);
});

Deno.test("when another client answers first, the question goes and says who decided what [P1]", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  await using bob = bobAt(daemon, chat);
  chat.type(`go${ENTER}`);
  await daemon.call("run ls");
  await chat.until(isAsked);
  const { permissions } = await bob.until(({ permissions }) => Object.keys(permissions).length === 1, soon());
  await bob.resolve(Object.keys(permissions)[0]!, "allow", "once", soon());
  await daemon.answer("Done.");
  const text = await chat.until(backAtPrompt);
  assertStringIncludes(text, "  allowed (bob)\n▸ run ls\n");
  assertEquals(text.includes("Allow this?"), false);
});

Deno.test("Ctrl-C at a request cancels the turn, and whoever comes back later is asked again [P2, C1]", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon);
  chat.type(`go${ENTER}`);
  await daemon.call("run ls");
  await chat.until(isAsked);
  chat.type(CTRL_D);
  assertEquals(await chat.exit(), 0);
  await using back = daemon.opta.terminal(["--resume", /sess_[\w-]+/.exec(chat.text)![0]]);
  assertStringIncludes(await back.until(isAsked), "? run asks for permission (for ");
  await using bob = bobAt(daemon, chat);
  await bob.cancel({}, soon());
  assertStringIncludes(await back.until(backAtPrompt), "\ncancelled\n");
  back.type(`again${ENTER}`);
  await daemon.call("run ls");
  await back.until(/\n› again\n[^]*Allow this\?/);
  back.type(CTRL_C);
  const text = await back.until(/\^C cancelling …\n[^]*cancelled\n.* s\n\n›$/);
  assertEquals([text.includes("Allow this?"), daemon.tools.ran], [false, []]);
});

Deno.test("opta do asks on standard error, and gives the terminal back", async () => {
  await using daemon = await startToolDaemon();
  const answers = `${daemon.opta.home}/answer.txt`;
  const command = 'stty -g >"$0.before"; "$@" >"$0"; code=$?; stty -g >"$0.after"; exit $code';
  await using run = daemon.opta.shell(command, answers, ["do", "go"]);
  await daemon.call("run ls");
  const asked = await run.until(isAsked);
  assertStringIncludes(asked, "? run asks for permission\n");
  assertEquals(asked.includes("say why"), false);
  run.type("y");
  await run.until("✓ run ls");
  await daemon.answer("Done.");
  assertEquals(await run.exit(), 0);
  assertEquals(daemon.tools.ran, ["run ls"]);
  assertEquals(await Deno.readTextFile(answers), "Done.\n");
  const mode = (when: string) => Deno.readTextFile(`${answers}.${when}`);
  assertEquals(await mode("after"), await mode("before"));
});

Deno.test("what was typed before opta do asks approves nothing [security 13]", async () => {
  await using daemon = await startToolDaemon();
  await using run = daemon.opta.shell('echo begun; exec "$@"', "sh", ["do", "go"]);
  await run.until("begun");
  run.type("y");
  await daemon.call("run ls");
  await run.until(isAsked);
  run.type("n");
  await run.until("  not allowed\n");
  await daemon.answer("Then not.");
  assertEquals(await run.exit(), 0);
  assertEquals(daemon.tools.ran, []);
});

Deno.test("Ctrl-C at a request of opta do cancels the turn, and gives the terminal back", async () => {
  await using daemon = await startToolDaemon();
  const answers = `${daemon.opta.home}/answer.txt`;
  const command = 'trap "" INT; stty -g >"$0.before"; "$@" >"$0"; code=$?; stty -g >"$0.after"; exit $code';
  await using run = daemon.opta.shell(command, answers, ["do", "go"]);
  await daemon.call("run ls");
  await run.until(isAsked);
  run.type(CTRL_C);
  assertEquals(await run.exit(), 130);
  const mode = (when: string) => Deno.readTextFile(`${answers}.${when}`);
  assertEquals(await mode("after"), await mode("before"));
  assertEquals(daemon.tools.ran, []);
});

Deno.test("where nobody can be asked, opta do and a piped chat exit 1 and say which flag would have allowed it", async () => {
  await using daemon = await startToolDaemon();
  const running = daemon.opta.run(["do", "-f", "json", "go"]);
  await daemon.call("edit a", "edit b", "read c");
  await daemon.answer("I could not.");
  const { code, stdout, stderr } = await running;
  assertEquals(code, 1);
  assertEquals(stderr.split("--auto allows edits").length, 2, stderr);
  const { response, toolCalls } = JSON.parse(stdout);
  assertEquals(response, "I could not.");
  assertEquals(toolCalls, [
    { name: "edit", args: { what: "a" }, ok: false, denied: true },
    { name: "edit", args: { what: "b" }, ok: false, denied: true },
    { name: "read", args: { what: "c" }, ok: true },
  ]);
  const piped = daemon.opta.run(["chat"], "go\n");
  await daemon.call("run ls");
  await daemon.answer("I could not.");
  const outcome = await piped;
  assertEquals([outcome.code, outcome.stdout], [1, "I could not.\n"]);
  assertStringIncludes(outcome.stderr, "--dangerous allows everything");
});

Deno.test("--auto lets edits through without a question, and opta do is silent about them in a pipe", async () => {
  await using daemon = await startToolDaemon();
  const running = daemon.opta.run(["do", "--auto", "go"]);
  await daemon.call("edit a");
  await daemon.answer("Done.");
  assertEquals(await running, { code: 0, stdout: "Done.\n", stderr: "" });
  const verbose = daemon.opta.run(["do", "--auto", "-v", "go"]);
  await daemon.call("edit a");
  await daemon.answer("Done.");
  assertStringIncludes((await verbose).stderr, "▸ edit a\n✓ edit a · ");
});

Deno.test("--dangerous warns at a terminal, and /mode changes the mode of the next turns", async () => {
  await using daemon = await startToolDaemon();
  await using chat = await chatOf(daemon, "--dangerous");
  assertStringIncludes(chat.text, "--dangerous: nothing is asked for");
  chat.type(`/mode plan${ENTER}`);
  await chat.until(/in the mode plan: .*\n›$/);
  chat.type(`go${ENTER}`);
  await daemon.answer("A plan.");
  await chat.until(backAtPrompt);
  const { sessions } = await new Api(() => Promise.resolve({ baseUrl: daemon.server.baseUrl, token: TOKEN }))
    .call("listSessions", { query: { limit: 1 } });
  const session = await daemon.server.sessions.get(sessions[0]!.sessionId);
  const turn = session.state.turns[0]!;
  assert(turn.overrides.dangerous);
  assertEquals(turn.mode, "plan");
});

Deno.test("with the daemon's own tools: a file is made as the diff said, and a command shows what it wrote", async () => {
  await using opta = await Opta.create();
  await using folders = new AsyncDisposableStack();
  const folder = await Deno.realPath(await Deno.makeTempDir()); // not in Opta's own, which is closed to tools
  folders.defer(() => Deno.remove(folder, { recursive: true }));
  await using chat = opta.shell('cd "$0" && exec "$@"', folder, ["chat"]);
  await chat.until(/\n›$/);
  chat.type(`create hello.txt that says hi${ENTER}`);
  assertStringIncludes(await chat.until(isAsked), "\n  +hi\n");
  await assertNoFile(`${folder}/hello.txt`);
  chat.type("y");
  await chat.until(/▸ write_file hello\.txt\n {2}✓ .* · \+1 −0\n[^]* s\n\n›$/);
  assertEquals(await Deno.readTextFile(`${folder}/hello.txt`), "hi\n");
  chat.type(`run \`printf 'one\\ntwo'\`${ENTER}`);
  assertStringIncludes(await chat.until(/because run_command[^]*Allow this\?/), `  cwd: ${folder}\n`);
  chat.type("y");
  await chat.until(/ · exit 0\n {4}one\n {4}two\n/);
  await chat.until(backAtPrompt);
});

Deno.test("opta do asks the model's question on standard error, and takes a written answer", async () => {
  await using opta = await Opta.create();
  await using run = opta.shell('exec "$@"', "sh", ["do", "ask me which colour I like"]);
  await run.until(/Your answer\? {2}1 to 3 choose · w write an answer · n no answer$/);
  run.type("w");
  await run.until("Enter sends what you write as the answer");
  run.type(`dark blue${ENTER}`);
  assertStringIncludes(await run.until("✓ ask_user"), "  answered: dark blue\n");
  assertEquals(await run.exit(), 0);
});

async function assertNoFile(path: string): Promise<void> {
  assertEquals(await Deno.stat(path).catch((error) => error.name), "NotFound");
}
