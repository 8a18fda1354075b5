/** A deletion that is taken back: by the commands, as scripts and people use them, and for clients that were attached. */
import { Api, Session } from "@opta/protocol/client";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { createSession, soon } from "./support/session.ts";
import { startDaemon } from "./support/start_daemon.ts";

async function json(opta: Opta, words: string[]) {
  const { code, stdout, stderr } = await opta.run([...words, "--json"]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

const idsOf = (rows: { sessionId: string }[]) => rows.map(({ sessionId }) => sessionId);

Deno.test("opta sessions restore brings a deleted session back as it was, across a restart of the daemon", async () => {
  await using opta = await Opta.create();
  const ids: string[] = [];
  for (const task of ["echo docker network", "echo the parser"]) {
    ids.push(JSON.parse((await opta.run(["do", "--format", "json", task])).stdout).sessionId);
  }
  const [id = "", other = ""] = ids;
  await opta.run(["sessions", "tag", id, "work"]);
  const before = (await opta.run(["sessions", "export", id, "-f", "jsonl"])).stdout;

  const deleted = await opta.run(["sessions", "delete", id, other, "--yes"]);
  assertEquals([deleted.code, deleted.stdout], [0, `deleted ${id}\ndeleted ${other}\n`]);
  assertMatch(
    deleted.stderr,
    new RegExp(`opta: "opta sessions restore ${id}" brings it back until \\d{4}-\\d\\d-\\d\\d`),
  );
  assertEquals(await json(opta, ["sessions", "list"]), []);
  assertEquals(await json(opta, ["sessions", "search", "docker"]), []);
  assertEquals((await opta.run(["sessions", "show", id])).code, 2);

  assertEquals((await opta.run(["daemon", "stop"])).code, 0);
  const waiting = await json(opta, ["sessions", "list", "--deleted"]);
  assertEquals(idsOf(waiting), [other, id]);
  const days = (Date.parse(waiting[0].restorableUntil) - Date.parse(waiting[0].deletedAt)) / 86_400_000;
  assertEquals(days, 7);
  assertMatch((await opta.run(["sessions", "list", "--deleted"])).stdout, /until \d{4}-\d\d-\d\d \d\d:\d\d/);

  const restored = await opta.run(["sessions", "restore", id.slice(0, 13)]);
  assertEquals([restored.code, restored.stdout, restored.stderr], [0, `restored ${id}\n`, ""]);
  assertEquals((await opta.run(["sessions", "export", id, "-f", "jsonl"])).stdout, before);
  assertEquals(idsOf(await json(opta, ["sessions", "list", "--tag", "work"])), [id]);
  assertEquals(idsOf(await json(opta, ["sessions", "search", "docker"])), [id]);
  assertEquals((await opta.run(["do", "--resume", id, "echo again"])).code, 0);

  assertEquals(await json(opta, ["sessions", "restore", "latest"]), { restored: [other] });
  const none = await opta.run(["sessions", "restore", "latest"]);
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "opta sessions list --deleted");
});

Deno.test("opta sessions delete --now asks, or is told --yes, and nothing brings the session back", async () => {
  await using opta = await Opta.create();
  const ids: string[] = [];
  for (const task of ["echo one", "echo two"]) {
    ids.push(JSON.parse((await opta.run(["do", "--format", "json", task])).stdout).sessionId);
  }
  const [id = "", other = ""] = ids;
  const asked = await opta.run(["sessions", "delete", id, "--now"]);
  assertEquals(asked.code, 2);
  assertStringIncludes(asked.stderr, "cannot be restored");
  const gone = await opta.run(["sessions", "delete", id, "--now", "--yes"]);
  assertEquals([gone.code, gone.stdout, gone.stderr], [0, `deleted ${id}\n`, ""]);
  await opta.run(["sessions", "delete", other, "--yes"]);
  assertEquals((await opta.run(["sessions", "delete", other, "--yes"])).code, 2); // it is deleted already
  assertEquals((await opta.run(["sessions", "delete", other, "--now", "--yes"])).stdout, `deleted ${other}\n`);
  assertEquals(await json(opta, ["sessions", "list", "--deleted"]), []);
  assertEquals((await opta.run(["sessions", "restore", id])).code, 2);
});

Deno.test("what was deleted and restored before a failure is told, and Ctrl-C at the question deletes nothing", async () => {
  await using opta = await Opta.create();
  const ids: string[] = [];
  for (const task of ["echo one", "echo two"]) {
    ids.push(JSON.parse((await opta.run(["do", "--format", "json", task])).stdout).sessionId);
  }
  const [id = "", other = ""] = ids;
  {
    await using terminal = opta.terminal(["sessions", "delete", id], { columns: 200 });
    await terminal.until("[y/N]");
    terminal.type("\x03");
    assertEquals(await terminal.exit(), 130);
  }
  assertEquals(idsOf(await json(opta, ["sessions", "list"])), [other, id]);
  const deleted = await opta.run(["sessions", "delete", id, "nosuch", other, "--yes", "--json"]);
  assertEquals([deleted.code, JSON.parse(deleted.stdout)], [2, { deleted: [id] }]);
  const restored = await opta.run(["sessions", "restore", id, "nosuch", "--json"]);
  assertEquals([restored.code, JSON.parse(restored.stdout)], [2, { restored: [id] }]);
  const none = await opta.run(["sessions", "delete", "nosuch", "--yes", "--json"]);
  assertEquals([none.code, none.stdout], [2, ""]);
});

Deno.test("a client that was attached goes on from its cursor after the restore [E2, R3]", async () => {
  await using daemon = await startDaemon({ demoPaceMs: 20 }); // so that the second turn still runs when it is deleted
  const sessionId = await createSession(daemon);
  const api = new Api(daemon.endpoint);
  const attach = () => Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c", writerId: "alice" });
  await using first = attach();
  await first.submit("count to 5", { signal: soon() });
  await first.until((state) => state.turns.length === 1, soon());
  const { epoch, seq } = first.state;
  await first.submit("count to 5000", { signal: soon() });
  await first.until((state) => state.active?.start !== undefined, soon());
  await api.call("deleteSession", { params: { sessionId } });
  await assertRejects(() => first.until(() => false, soon()), Error, "deleted");

  await api.call("restoreSession", { params: { sessionId }, body: {} });
  const page = await api.call("readEvents", { params: { sessionId }, query: { afterSeq: seq, epoch } });
  assertEquals([page.epoch, page.events[0]?.seq], [epoch, seq + 1]);
  const end = page.events.findLast(({ event }) => event === "turn.done");
  assertEquals((end?.payload as { finishReason: string }).finishReason, "cancelled");
  await using second = attach();
  await second.submit("count to 3", { signal: soon() });
  await second.until((state) => state.turns.length === 3, soon());
});

Deno.test("checkpoints of a deleted session wait with it, and go when it is purged", async () => {
  const project = await Deno.makeTempDir({ prefix: "opta-restore-" });
  try {
    await using daemon = await startDaemon();
    const api = new Api(daemon.endpoint);
    const path = join(project, "a.txt");
    await Deno.writeTextFile(path, "one\n");
    const { sessionId } = await api.call("createSession", { body: { workspace: { cwd: project, dirs: [] } } });
    const params = { sessionId };
    {
      await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c", writerId: "w" });
      await session.submit("Edit a.txt: replace one by two", { mode: "do", overrides: { auto: true } });
      await session.until(({ turns }) => turns.length === 1, soon());
    }
    assertEquals(await Deno.readTextFile(path), "two\n");
    await api.call("deleteSession", { params });
    await api.call("restoreSession", { params, body: {} });
    assertEquals((await api.call("undoChanges", { params, body: {} })).restored, ["a.txt"]);
    assertEquals(await Deno.readTextFile(path), "one\n");

    const name = createHash("sha256").update(sessionId).digest("hex").slice(0, 32);
    const folder = join(daemon.stateDir, "checkpoints", name);
    assert((await Deno.stat(folder)).isDirectory);
    await api.call("deleteSession", { params });
    assert((await Deno.stat(folder)).isDirectory);
    await api.call("deleteSession", { params, query: { now: "1" } });
    assertEquals(await Deno.stat(folder).catch(({ name }) => name), "NotFound");
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
