import type { ChangeSet } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { turnOf } from "../session/testing/harness.ts";
import { TestWorkspace } from "../tools/files/testing/test_workspace.ts";
import { startTestServer, type TestServer } from "./testing/test_server.ts";

interface Answer<T> {
  status: number;
  body: T & { error?: { code: string } };
}

interface Undo {
  changeSet: string;
  undoId: string | null;
  kind: string;
  restored: string[];
  conflicts: { path: string; reason: string }[];
}

/** A session whose files are those of a workspace, and its routes. */
async function start() {
  await using parts = new AsyncDisposableStack();
  const work = parts.use(await TestWorkspace.create());
  const forgotten: string[] = [];
  const server: TestServer = parts.use(startTestServer({
    files: {
      hostsOf: async (sessionId) => {
        const { state } = await server.sessions.get(sessionId);
        return state.title === "without folders" ? null : work.hosts;
      },
      forgetRead: (sessionId) => forgotten.push(sessionId),
    },
  }));
  const sessionId = await server.session({ sessionId: "s1" });
  const answerOf = async <T>(response: Response): Promise<Answer<T>> => ({
    status: response.status,
    body: await response.json(),
  });
  const all = parts.move();
  return {
    work,
    server,
    forgotten,
    sessionId,
    change: async (turnId: string, path: string, content: string) => {
      await work.call("read_file", { path }, { turnId });
      assert((await work.call("write_file", { path, content }, { turnId })).ok);
    },
    list: async (id = sessionId) =>
      await answerOf<{ changes: ChangeSet[] }>(await server.fetch(`/v3/sessions/${id}/changes`)),
    diff: async (query = "", id = sessionId) =>
      await answerOf<{ changeSet: string | null; diff: string }>(
        await server.fetch(`/v3/sessions/${id}/diff${query}`),
      ),
    undo: async (body: object = {}, id = sessionId) =>
      await answerOf<Undo>(await server.post(`/v3/sessions/${id}/undo`, body)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

Deno.test("changes are listed, shown and undone from the latest turn on, and the log tells it", async () => {
  await using t = await start();
  await t.change("t1", "a", "1\n");
  await t.change("t2", "a", "2\n");
  await t.change("t2", "b", "1\n");
  const { status, body: { changes } } = await t.list();
  assertEquals(status, 200);
  assertEquals(changes.map(({ changeSet, kind, undone, files }) => [changeSet, kind, undone, files.length]), [
    ["t1", "turn", false, 1],
    ["t2", "turn", false, 2],
  ]);
  assertEquals(changes[1]?.files[0], { path: "a", kind: "modified", kept: true });
  const latest = (await t.diff()).body;
  assertEquals(latest.changeSet, "t2");
  assertStringIncludes(latest.diff, "-1\n+2\n");
  assertStringIncludes((await t.diff("?andLater=1")).body.diff, "+2\n");
  assertEquals((await t.diff("?changeSet=t1")).body.diff, "--- /dev/null\n+++ b/a\n@@ -0,0 +1,1 @@\n+1\n");

  const first = (await t.undo()).body;
  assertEquals([first.changeSet, first.kind, first.restored.toSorted(), first.conflicts], [
    "t2",
    "undo",
    ["a", "b"],
    [],
  ]);
  assertEquals(await t.work.read("a"), "1\n");
  assertEquals((await t.list()).body.changes.map(({ undone }) => undone), [false, true, false]);
  assertEquals((await t.diff()).body.changeSet, "t1");
  const redo = (await t.undo({ changeSet: first.undoId })).body;
  assertEquals([redo.kind, await t.work.read("a"), await t.work.read("b")], ["redo", "2\n", "1\n"]);
  assertEquals([(await t.undo()).body.changeSet, (await t.undo()).body.changeSet], ["t2", "t1"]);
  assertEquals((await t.undo()).body.error?.code, "not_found");
  assertEquals((await t.diff()).body, { changeSet: null, diff: "" });

  const events = (await t.server.events(t.sessionId)).flatMap((event) =>
    event.event === "session.undone" ? [event.payload] : []
  );
  assertEquals(events.map(({ changeSet, turnId, kind }) => [changeSet, turnId, kind]), [
    ["t2", "t2", "undo"],
    [first.undoId, "t2", "redo"],
    ["t2", "t2", "undo"],
    ["t1", "t1", "undo"],
  ]);
  assertEquals(events[3]?.files, ["a"]);
  assertEquals(t.forgotten, Array(4).fill("s1"));
});

Deno.test("a file that was changed since is left and told, until it is forced; one put back by hand is passed over", async () => {
  await using t = await start();
  await t.change("t1", "a", "1\n");
  await t.change("t2", "a", "2\n");
  await t.change("t2", "b", "2\n");
  await t.work.write({ a: "by hand\n" });
  const { status, body } = await t.undo();
  assertEquals([status, body.restored, body.conflicts], [200, ["b"], [{
    path: "a",
    reason: "it was changed afterwards",
  }]]);
  const again = (await t.undo()).body;
  assertEquals([again.changeSet, again.undoId, again.conflicts.length], ["t2", null, 1]);
  const forced = (await t.undo({ force: true })).body;
  assertEquals([forced.changeSet, forced.restored, await t.work.read("a")], ["t2", ["a"], "1\n"]);

  await t.change("t3", "c", "3\n");
  await Deno.remove(t.work.path("c"));
  assertEquals([(await t.undo()).body.changeSet, (await t.list()).body.changes.at(-1)?.turnId], ["t1", "t1"]);
});

Deno.test("an undo is refused while a turn runs; looking is not", async () => {
  await using t = await start();
  await t.change("t1", "a", "1\n");
  await (await t.server.sessions.get(t.sessionId)).submit(turnOf("go on"));
  const answer = await t.server.models.next();
  const { status, body } = await t.undo();
  assertEquals([status, body.error?.code], [409, "conflict"]);
  assertEquals((await t.list()).body.changes.length, 1);
  assertEquals(await t.work.read("a"), "1\n");
  answer.finish();
  await t.server.until(t.sessionId, ({ event }) => event === "turn.done");
  assertEquals((await t.undo()).status, 200);
});

Deno.test("what is not there is 404, and a session without folders has no changes", async () => {
  await using t = await start();
  for (const { status } of [await t.list("s2"), await t.diff("", "s2"), await t.undo({}, "s2")]) {
    assertEquals(status, 404);
  }
  for (const { status } of [await t.diff("?changeSet=t9"), await t.undo({ changeSet: "t9" }), await t.undo()]) {
    assertEquals(status, 404);
  }
  assertEquals((await t.diff("?andLater=2")).status, 400);
  assertEquals((await t.undo({ force: "yes" })).status, 400);
  const bare = await t.server.session({ title: "without folders" });
  assertEquals((await t.list(bare)).body.changes, []);
  assertEquals((await t.diff("", bare)).body, { changeSet: null, diff: "" });
  assertEquals((await t.undo({}, bare)).status, 404);
});

Deno.test("what stands in the way of an undo is a conflict, in the words of the host", async () => {
  await using t = await start();
  await t.change("t1", "sub/a", "1\n");
  await t.work.write({ "sub/b": "mine" });
  assertEquals((await t.undo({ changeSet: "t1" })).status, 200);
  const { undoId } = (await t.undo({ changeSet: "t1" })).body;
  assertEquals(undoId, null);
  await Deno.remove(t.work.path("sub"), { recursive: true });
  await t.work.write({ sub: "a file in the way" });
  const { body: { changes } } = await t.list();
  const { body } = await t.undo({ changeSet: changes.at(-1)?.changeSet });
  assertEquals(body.restored, []);
  assertStringIncludes(body.conflicts[0]?.reason ?? "", "no folder");
});
