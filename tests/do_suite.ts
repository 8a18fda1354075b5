/** `opta do` with the real engine: what scripts rely on, whichever way it runs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta, outcomeOf } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { freePort } from "./support/free_port.ts";

const count = (to: number) => Array.from({ length: to }, (_, i) => `${i + 1}\n`).join("");

export const isAsked = (stats: { requests: { held: boolean }[] }) => stats.requests.some(({ held }) => held);

/** Without what the daemon itself tells the model. */
async function messagesSeenBy(fake: FakeModel): Promise<unknown> {
  const { messages } = (await fake.stats()).requests.at(-1)!.body as { messages: { role: string }[] };
  return messages.filter(({ role }) => role !== "system");
}

/** Reads until so much has come, and leaves the stream open. */
export async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<void> {
  const decoder = new TextDecoder();
  for (let text = ""; !text.includes(wanted);) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`It ended with ${JSON.stringify(text)}`);
    text += decoder.decode(value, { stream: true });
  }
}

/** How commands come to an engine. */
export interface Way {
  name: string;
  /** What the user has set to have it so. */
  env: Record<string, string>;
  /** What is said of it on standard error, unless quiet. */
  notice: string;
}

export const withDaemon: Way = { name: "with a daemon", env: {}, notice: "" };
export const withoutDaemon: Way = {
  name: "without a daemon",
  env: { OPTA_NO_DAEMON: "1" },
  notice: "opta: no daemon: turns run in this command, and end with it\n",
};

/** Registers all tests for one way. */
export function testDo({ name, env: wayEnv, notice }: Way): void {
  const create = (env: Record<string, string> = {}) => Opta.create({ ...wayEnv, ...env });
  const optaWith = (fake: FakeModel, env: Record<string, string> = {}) =>
    create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), ...env });
  const test = (what: string, run: () => Promise<void>) => Deno.test(`${what}, ${name}`, run);

  test("opta do prints the answer and nothing else on standard output", async () => {
    await using opta = await create();
    assertEquals(await opta.run(["do"], "count to 20\n"), { code: 0, stdout: count(20), stderr: notice });
    assertEquals(await opta.run(["do", "count", "to", "3"]), { code: 0, stdout: count(3), stderr: notice });
  });

  test("opta do puts what a pipe brings after its words", async () => {
    await using fake = await startFakeModel();
    await using opta = await optaWith(fake);
    assertEquals((await opta.run(["do", "summarise", "this"], "one\ntwo\n")).code, 0);
    assertEquals(await messagesSeenBy(fake), [{ role: "user", content: "summarise this\n\none\ntwo" }]);
  });

  test("opta do --format json prints one document, of a failure too", async () => {
    await using fake = await startFakeModel();
    await fake.script({ thinking: ["hm"], tokens: ["Hel", "lo\x1b[31m"] });
    await using opta = await optaWith(fake, { OPTA_PROVIDER: "openai" });
    const { code, stdout } = await opta.run(["do", "-f", "json", "hi"]);
    assertEquals(code, 0);
    const { sessionId, turnId, stats, ...rest } = JSON.parse(stdout);
    assert(sessionId.startsWith("sess_") && turnId.startsWith("turn_") && stats.completionTokens > 0, stdout);
    assertEquals(rest, {
      response: "Hello",
      finishReason: "stop",
      model: "fake-model",
      provider: "openai",
      toolCalls: [],
    });

    const failed = await opta.run(["do", "-f", "json", "-m", "no-such-model", "hi"]);
    assertEquals(failed.code, 3);
    assertEquals(JSON.parse(failed.stdout).error.code, "no-model-loaded");
    const unknown = await opta.run(["do", "-f", "json", "-r", "sess_nowhere", "hi"]);
    assertEquals(unknown.code, 2);
    assertStringIncludes(JSON.parse(unknown.stdout).error.message, "no session");
  });

  test("opta do --resume goes on with a session", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["Hello."] });
    await using opta = await optaWith(fake);
    const { sessionId } = JSON.parse((await opta.run(["do", "-f", "json", "one"])).stdout);
    assertEquals((await opta.run(["do", "two", "--resume", sessionId.slice(0, 14)])).stdout, "Hello.\n");
    assertEquals(await messagesSeenBy(fake), [
      { role: "user", content: "one" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "two" },
    ]);
  });

  test("opta do --output writes a file as well, with --quiet the file alone", async () => {
    await using opta = await create();
    const path = join(opta.home, "answer.txt");
    assertEquals((await opta.run(["do", "-o", path, "count to 2"])).stdout, count(2));
    assertEquals(await Deno.readTextFile(path), count(2));
    assertEquals(await opta.run(["do", "-q", "-o", path, "count to 3"]), { code: 0, stdout: "", stderr: "" });
    assertEquals(await Deno.readTextFile(path), count(3));
  });

  test("opta do strips what a terminal would obey", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["a\x1b", "]52;c;eA==\x07b", "\r\x9b2Jc\u202e\n"] });
    await using opta = await optaWith(fake);
    assertEquals((await opta.run(["do", "go"])).stdout, "abc\n");
  });

  test("opta do says by its exit code what went wrong", async () => {
    await using closed = await create({ OPTA_HOST: "127.0.0.1", OPTA_PORT: String(freePort()) });
    const noServer = await closed.run(["do", "hi"]);
    assertEquals([noServer.code, noServer.stdout], [3, ""]);
    assertStringIncludes(noServer.stderr, "lmx-connection-refused");
    for (
      const words of [["do"], ["do", "--plan", "--review", "x"], ["do", "--max-turns", "0", "x"], [
        "do",
        "-f",
        "xml",
        "x",
      ]]
    ) {
      const { code, stdout, stderr } = await closed.run(words);
      assertEquals([code, stdout], [2, ""], words.join(" "));
      assert(stderr.startsWith("opta: "), stderr);
    }
  });

  test("Ctrl-C cancels the turn of opta do at the model server, and exits with 130", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["one ", "two "], pace: "manual" });
    await using opta = await optaWith(fake);
    const child = opta.spawn(["do", "go"]);
    const outcome = outcomeOf(child);
    await fake.waitFor(isAsked);
    child.kill("SIGINT");
    assertEquals((await outcome).code, 130);
    const { requests } = await fake.waitFor((stats) => stats.active === 0);
    assert(requests[0]!.end!.how !== "finished");
  });

  test("one Ctrl-C under deno task, which passes it on once more, is one", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["one ", "two "], pace: "manual" });
    await using opta = await optaWith(fake);
    await using terminal = opta.terminal(["do", "go"], { asTask: true });
    await fake.waitFor(isAsked);
    terminal.type("\x03");
    assertEquals(await terminal.exit(), 130);
    assertStringIncludes(terminal.text, "The turn was cancelled"); // not broken off: it waited for the end
  });

  test("Ctrl-C ends opta do while it waits for a pipe", async () => {
    await using opta = await create();
    const child = opta.spawn(["do", "go"], "piped");
    const reader = child.stderr.getReader();
    await readUntil(reader, "waiting for standard input to end");
    child.kill("SIGINT");
    assertEquals((await child.status).code, 130);
    await Promise.all([reader.cancel(), child.stdout.cancel(), child.stdin.abort()]);
  });

  test("a reader that leaves ends opta do quietly, and the turn with it", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["one\n", "two\n", "three\n"], pace: "manual" });
    await using opta = await optaWith(fake);
    const child = opta.spawn(["do", "go"]);
    const stderr = new Response(child.stderr).text();
    await fake.waitFor(isAsked);
    await fake.step(1);
    const reader = child.stdout.getReader();
    await readUntil(reader, "one\n");
    await reader.cancel();
    await fake.step(1);
    assertEquals([(await child.status).code, await stderr], [0, notice]);
    const { requests } = await fake.waitFor((stats) => stats.active === 0);
    assert(requests[0]!.end!.how !== "finished");
  });

  test("opta chat runs the messages of a pipe one after another", async () => {
    await using fake = await startFakeModel();
    for (const tokens of [["third"], ["second\n"], ["first"]]) await fake.script({ tokens, times: 1 });
    await using opta = await optaWith(fake);
    const input = 'one\n\n"""\ntwo\nlines\n"""\n//three\n/exit\nnever\n';
    assertEquals(await opta.run(["chat"], input), { code: 0, stdout: "first\nsecond\nthird\n", stderr: notice });
    assertEquals(await messagesSeenBy(fake), [
      { role: "user", content: "one" },
      { role: "assistant", content: "first" },
      { role: "user", content: "two\nlines" },
      { role: "assistant", content: "second\n" },
      { role: "user", content: "/three" },
    ]);
  });

  test("opta chat from a pipe goes on after a failure, and its exit code tells", async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["fine"] });
    await fake.script({ refuse: { status: 400, body: "no" }, times: 1 });
    await using opta = await optaWith(fake);
    const { code, stdout, stderr } = await opta.run(["chat"], "one\ntwo");
    assertEquals([code, stdout], [1, "fine\n"]);
    assertStringIncludes(stderr, "opta: ");
    const json = await opta.run(["chat", "-f", "json"], "one\ntwo\n");
    assertEquals(json.stdout.trim().split("\n").map((line) => JSON.parse(line).response), ["fine", "fine"]);
  });
}
