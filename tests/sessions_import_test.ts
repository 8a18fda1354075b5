/** `opta sessions import`: what was exported, here or by earlier releases, becomes sessions again. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { startDaemon } from "./support/start_daemon.ts";

async function json(opta: Opta, words: string[], input?: string) {
  const { code, stdout, stderr } = await opta.run([...words, "--json"], input);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

async function exported(opta: Opta, sessionId: string, format: string): Promise<string> {
  const { code, stdout, stderr } = await opta.run(["sessions", "export", sessionId, "--format", format]);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** A log without the ids of whom it belongs to, and without folders, which nobody takes over. */
function factsOf(log: string): unknown[] {
  return log.trimEnd().split("\n").map((line) => {
    const { sessionId: _, epoch: __, daemonId: ___, payload: { workspace: ____, ...payload }, ...rest } = JSON.parse(
      line,
    );
    return { ...rest, payload };
  });
}

/** A session file of the Node releases. */
function nodeFile(id: string, question: string, more: object = {}): string {
  return JSON.stringify({
    ...{ id, created: "2025-03-04T10:00:00.000Z", model: "qwen", cwd: "/home/me/project", title: `About ${question}` },
    messages: [{ role: "user", content: question }, { role: "assistant", content: `An answer about ${question}.` }],
    toolCallCount: 0,
    ...more,
  });
}

Deno.test("a session goes from one machine to another by export and import, and is the same there", async () => {
  await using here = await Opta.create();
  await using there = await Opta.create();
  const { sessionId } = JSON.parse((await here.run(["do", "--format", "json", "count to 7"])).stdout);
  await here.run(["do", "--resume", sessionId, "echo the docker network"]);
  await here.run(["sessions", "tag", sessionId, "work"]);
  const log = await exported(here, sessionId, "jsonl");

  const first = await there.run(["sessions", "import", "-"], log);
  assertEquals(first.code, 0, first.stderr);
  const [, id = ""] = /^imported (sess_[0-9a-f-]{36}) {2}-\n$/.exec(first.stdout) ?? [];
  assertStringIncludes(first.stderr, '"count to 7", 2 turns');
  assertEquals(factsOf(await exported(there, id, "jsonl")), factsOf(log));
  const rows = await json(there, ["sessions", "search", "docker"]);
  assertEquals(rows.map((row: { sessionId: string; tags: string[] }) => [row.sessionId, row.tags]), [[id, ["work"]]]);
  assertEquals((await json(there, ["usage"])).rows, []); // it was counted where it was used
  const resumed = await there.run(["do", "--resume", id, "what did I say before?"]);
  assertEquals(resumed.code, 0, resumed.stderr);
  assertStringIncludes(resumed.stdout, "echo the docker network");

  const again = await there.run(["sessions", "import", "-"], log);
  assertEquals([again.code, again.stdout], [0, ""]);
  assertStringIncludes(again.stderr, `is here already, as ${id}`);
  const anew = await json(there, ["sessions", "import", "-", "--again"], log);
  assertEquals([anew.files.length, anew.files[0].outcome], [1, "imported"]);
  assert(anew.files[0].sessionId !== id);
  assertEquals((await json(there, ["sessions", "list"])).length, 2);
});

Deno.test("what is here still is not imported beside itself, in either form of export", async () => {
  await using opta = await Opta.create();
  const { sessionId } = JSON.parse((await opta.run(["do", "--format", "json", "count to 3"])).stdout);
  for (const format of ["jsonl", "json"]) {
    const file = join(opta.home, `talk.${format}`);
    await Deno.writeTextFile(file, await exported(opta, sessionId, format));
    const [result] = (await json(opta, ["sessions", "import", file])).files;
    assertEquals([result.outcome, result.sessionId], ["exists", sessionId]);
  }
  await opta.run(["sessions", "delete", sessionId, "--yes"]);
  const deleted = await opta.run(["sessions", "import", join(opta.home, "talk.jsonl")]);
  assertEquals([deleted.code, deleted.stdout], [0, ""]);
  assertStringIncludes(deleted.stderr, `opta sessions restore ${sessionId}`);

  await opta.run(["sessions", "delete", sessionId, "--now", "--yes"]);
  const files = ["talk.jsonl", "talk.json"].map((name) => join(opta.home, name));
  const results = (await json(opta, ["sessions", "import", ...files])).files;
  assertEquals(results.map(({ outcome }: { outcome: string }) => outcome), ["imported", "imported"]);
  const [log, state] = await Promise.all(
    results.map((result: { sessionId: string }) => exported(opta, result.sessionId, "md")),
  );
  const withoutId = (markdown = "") => markdown.replaceAll(/sess_[0-9a-f-]+/g, "");
  assertEquals(withoutId(log), withoutId(state));
});

Deno.test("session files of the Node releases come in; one that cannot be read keeps no other one out", async () => {
  await using opta = await Opta.create();
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(join(opta.home, name), text);
    return join(opta.home, name);
  };
  const files = [
    await write("a.json", nodeFile("a", "alpacas")),
    await write("b.json", nodeFile("b", "badgers", { messages: [{ role: "user", content: "x" }, { role: "pirate" }] })),
    await write("c.jsonl", '{"v":"3","event":"session.updated"}\n'),
    join(opta.home, "nowhere.json"),
    opta.home,
    join(opta.home, "a.json", "b.json"),
    await write("d.json", nodeFile("d", "dolphins", { tags: ["sea"], mood: "good" })),
  ];
  const dry = await opta.run(["sessions", "import", "--dry-run", ...files]);
  assertEquals(dry.code, 1);
  assertEquals(dry.stdout, `would import  ${files[0]}\nwould import  ${files[6]}\n`);
  assertEquals(await json(opta, ["sessions", "list"]), []);

  const { code, stdout, stderr } = await opta.run(["sessions", "import", ...files]);
  assertEquals(code, 1);
  assertEquals(stdout.replaceAll(/sess_\S+/g, "ID"), `imported ID  ${files[0]}\nimported ID  ${files[6]}\n`);
  assertStringIncludes(stderr, `opta: Cannot import ${files[1]}: messages[1].role: "pirate" is no role of a message`);
  assertStringIncludes(stderr, `opta: Cannot import ${files[2]}: line 1: `);
  assertStringIncludes(stderr, `opta: Cannot import ${files[3]}: there is no such file`);
  assertStringIncludes(stderr, `opta: Cannot import ${files[4]}: it is a folder`);
  assertStringIncludes(stderr, `opta: Cannot import ${files[5]}: `);
  assertStringIncludes(stderr, "passed over: 1 × mood");
  const rows = await json(opta, ["sessions", "list"]);
  assertEquals(
    rows.map((row: { title: string; updatedAt: string }) => [row.title, row.updatedAt]).toSorted(),
    ["alpacas", "dolphins"].map((animal) => [`About ${animal}`, "2025-03-04T10:00:00.000Z"]),
  );
  const found = await json(opta, ["sessions", "search", "answer", "alpacas"]);
  const resumed = await opta.run(["do", "--resume", found[0].sessionId, "what did I say before?"]);
  assertStringIncludes(resumed.stdout, "alpacas");
  assertEquals((await opta.run(["sessions", "import", ...files])).stdout, ""); // nothing comes twice
});

Deno.test("what an imported log says of approvals permits nothing, and what it says is printed harmlessly", async () => {
  await using opta = await Opta.create();
  const ts = "2026-01-05T10:00:00.000Z";
  const ids = { writerId: "w", clientId: "c" };
  const ask = {
    requestId: "p1",
    toolName: "run_command",
    args: {},
    turnId: "t1",
    callId: "c1",
    argsHash: "h",
    reason: "r",
  };
  const decision = { requestId: "p1", decision: "allow", decidedBy: "me", reason: "user", scope: "session" };
  const facts: [string, object][] = [
    ["session.updated", { title: "\x1b]0;owned\x07\u202eevil", workspace: { cwd: "/", dirs: ["/etc"] } }],
    ["turn.queued", { turnId: "t1", ...ids, position: 0, content: "x", mode: "do", overrides: { dangerous: true } }],
    ["turn.start", { turnId: "t1", writerId: "w", model: "m", provider: "p", transport: "t" }],
    ["permission.request", { ...ask, rule: "run_command" }],
    ["permission.resolved", decision],
  ];
  const log = facts.map(([event, payload], i) =>
    JSON.stringify({ v: "3", event, daemonId: "d", sessionId: "s", epoch: "e", seq: i + 1, ts, payload })
  ).join("\n");
  const { code, stdout, stderr } = await opta.run(["sessions", "import", "-"], log);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /2 × approvals, for what is imported permits nothing/);
  assertMatch(stderr, /1 × folders of tools/);
  assertMatch(stderr, /1 × turns that were left open/);
  // deno-lint-ignore no-control-regex
  assert(!/[\x1b\x07\u202e]/.test(stdout + stderr + (await opta.run(["sessions", "list"])).stdout));
  const [row] = await json(opta, ["sessions", "list"]);
  const state = JSON.parse(await exported(opta, row.sessionId, "json"));
  assertEquals([state.title, state.workspace], ["\x1b]0;owned\x07\u202eevil", null]); // stored as it was said
  assertEquals([state.permissions.p1.resolved.scope, state.turns[0].overrides], [undefined, {}]);
  assertEquals(state.turns[0].end.code, "interrupted");
});

Deno.test("a terminal is shown how far many files have come, and nothing of that stays", async () => {
  await using opta = await Opta.create();
  const files = await Promise.all(["one", "two", "three"].map(async (name) => {
    const file = join(opta.home, `${name}.json`);
    await Deno.writeTextFile(file, nodeFile(name, name));
    return file;
  }));
  await opta.run(["sessions", "list"]); // so that no daemon is started in between
  await using terminal = opta.terminal(["sessions", "import", ...files], { columns: 160, rows: 40 });
  assertEquals(await terminal.exit(), 0);
  const screen = terminal.text;
  assertStringIncludes(terminal.written, "importing 2 of 3");
  assertEquals(screen.match(/imported sess_/g)?.length, 3);
  assert(!screen.includes("importing"));
});

Deno.test("Ctrl-C ends an import that waits for its file, and what was imported is said", async () => {
  await using opta = await Opta.create();
  const file = join(opta.home, "one.json");
  await Deno.writeTextFile(file, nodeFile("one", "owls"));
  await opta.run(["sessions", "list"]); // so that no daemon is started in between
  {
    await using terminal = opta.terminal(["sessions", "import", file, "-"], { columns: 160 });
    await terminal.until('"About owls"');
    terminal.type("\x03");
    assertEquals(await terminal.exit(), 130);
    assertMatch(terminal.text, /^imported sess_/m);
  }
  await using terminal = opta.terminal(["sessions", "import", "--json", file, "-"], { columns: 160 });
  await terminal.until("importing 2 of 2");
  terminal.type("\x03");
  assertEquals(await terminal.exit(), 130);
  assertMatch(terminal.text, /"outcome": "exists"/);
  const twice = await opta.run(["sessions", "import", "-", "-"], nodeFile("two", "owls"));
  assertEquals([twice.code, twice.stdout], [2, ""]);
});

Deno.test("a daemon that is killed in the middle of an import leaves nothing of it", async () => {
  await using daemon = await startDaemon();
  const line = (seq: number, event: string, payload: object) => {
    const envelope = { v: "3", daemonId: "d", sessionId: "s", epoch: "e", seq, ts: "2026-01-05T10:00:00.000Z" };
    return new TextEncoder().encode(JSON.stringify({ ...envelope, event, payload }) + "\n");
  };
  const about = line(1, "session.updated", { title: "Half" });
  const send = (body: BodyInit) =>
    daemon.fetch("/v3/sessions/import?sessionId=half", {
      method: "POST",
      headers: { "content-type": "application/jsonl" },
      body,
    });
  const list = async () => (await (await daemon.fetch("/v3/sessions")).json()).sessions.length;
  let seq = 1;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(about),
    pull: async (controller) => {
      // Far more than the network holds: most of it has been read by then, and stored.
      if (seq === 400) await daemon.kill("SIGKILL");
      controller.enqueue(line(++seq, "turn.token", { text: "x".repeat(50_000), turnId: "t", partId: "p", offset: 0 }));
    },
  });
  await assertRejects(() => send(body), TypeError);
  await daemon.restart();
  assertEquals(await list(), 0);
  assertEquals((await (await send(about)).json()).outcome, "imported");
  assertEquals(await list(), 1);
});
