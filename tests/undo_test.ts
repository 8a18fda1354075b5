/** Undo as people use it: turns of the demo change files of a folder, and the way back is taken. */
import type { TurnOverrides } from "@opta/protocol";
import { Api, Session } from "@opta/protocol/client";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { soon } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

const isUnix = Deno.build.os !== "windows";

/** A folder of a user, for the test alone. */
class Project implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async create(files: Record<string, string>): Promise<Project> {
    const project = new Project(await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-project-" })));
    for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(project.path(path), text);
    return project;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Every file with its mode and text. */
  async snapshot(): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    for await (const { name, isFile } of Deno.readDir(this.folder)) {
      if (!isFile) continue;
      const { mode } = await Deno.stat(this.path(name));
      files[name] = `${isUnix ? mode! & 0o777 : ""} ${await Deno.readTextFile(this.path(name))}`;
    }
    return files;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A session in the project, whose turns may change files. */
async function sessionIn({ folder }: Project, daemon: TestDaemon) {
  const api = () => new Api(daemon.endpoint); // of the daemon as it is now
  const { sessionId } = await api().call("createSession", { body: { workspace: { cwd: folder, dirs: [] } } });
  const params = { sessionId };
  return {
    sessionId,
    remove: () => api().call("deleteSession", { params, query: { now: "1" } }),
    /** Runs a turn to its end; returns its id. */
    run: async (content: string, overrides: TurnOverrides = {}) => {
      await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c1", writerId: "w1" });
      const { turnId } = await session.submit(content, { mode: "do", overrides: { auto: true, ...overrides } });
      const { turns } = await session.until(({ turns }) => turns.some((turn) => turn.turnId === turnId), soon());
      const { end, parts } = turns.find((turn) => turn.turnId === turnId)!;
      assertEquals(end?.kind, "done", JSON.stringify([end, parts]));
      return turnId;
    },
    undo: (body: { changeSet?: string; force?: boolean } = {}) => api().call("undoChanges", { params, body }),
    list: async () => (await api().call("listChanges", { params })).changes,
  };
}

const MANY_CHANGES = "Edit run.sh: replace one by two, then delete old.txt, then create new.txt with hello";

for (const kind of ["with git", "without git"]) {
  Deno.test(`an undo brings back bytes, modes and deleted files, and takes created ones, in a folder ${kind}`, async () => {
    await using project = await Project.create({ "run.sh": "#!/bin/sh\r\necho one\r\n", "old.txt": "old\n" });
    if (isUnix) await Deno.chmod(project.path("run.sh"), 0o751);
    if (kind === "with git") {
      const { success } = await new Deno.Command("git", { args: ["init", "-q", project.folder] }).output();
      assert(success);
    }
    await using daemon = await startDaemon();
    const { run, undo, list } = await sessionIn(project, daemon);
    const before = await project.snapshot();
    await run(MANY_CHANGES, { dangerous: true }); // a deletion is asked for, also with "auto"
    const after = await project.snapshot();
    assertEquals(Object.keys(after).toSorted(), ["new.txt", "run.sh"]);
    assertStringIncludes(after["run.sh"] ?? "", "echo two\r\n");

    const undone = await undo();
    assertEquals(undone.restored.toSorted(), ["new.txt", "old.txt", "run.sh"]);
    assertEquals(await project.snapshot(), before);
    assertEquals((await undo({ changeSet: undone.undoId! })).kind, "redo");
    assertEquals(await project.snapshot(), after);
    assertEquals((await list()).map(({ kind, undone }) => [kind, undone]), [
      ["turn", false],
      ["undo", true],
      ["redo", false],
    ]);
  });
}

Deno.test("a restarted daemon undoes what the one before has done; a removed session leaves no checkpoints", async () => {
  await using project = await Project.create({ "a.txt": "one\n" });
  await using daemon = await startDaemon();
  const { run, undo, remove, sessionId } = await sessionIn(project, daemon);
  const before = await project.snapshot();
  await run("Edit a.txt: replace one by two");
  await daemon.restart();
  assertEquals((await undo()).restored, ["a.txt"]);
  assertEquals(await project.snapshot(), before);

  const name = createHash("sha256").update(sessionId).digest("hex").slice(0, 32);
  const folder = join(daemon.stateDir, "checkpoints", name);
  assert((await Deno.stat(folder)).isDirectory);
  await remove();
  assertEquals(await Deno.stat(folder).catch((error) => error.name), "NotFound");
});

Deno.test("a turn without checkpoints changes files and cannot be undone", async () => {
  await using project = await Project.create({});
  await using daemon = await startDaemon();
  const { run, list } = await sessionIn(project, daemon);
  await run("Create a.txt with hello", { noCheckpoints: true });
  assertEquals(Object.keys(await project.snapshot()), ["a.txt"]);
  assertEquals(await list(), []);
});

Deno.test("the model is told of an undo before its next message, and every client sees it", async () => {
  await using project = await Project.create({});
  await using fake = await startFakeModel();
  await using daemon = await startDaemon({ modelUrl: fake.url, provider: "openai" });
  const { run, undo, sessionId } = await sessionIn(project, daemon);
  await fake.script({ tokens: ["Done."] });
  const args = JSON.stringify({ path: "a.txt", content: "1\n" });
  const toolCalls = [{ id: "c1", name: "write_file", arguments: [args] }];
  await fake.script({ tokens: [], toolCalls, finishReason: "tool_calls", times: 1 });
  await run("Write it");
  await using watcher = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c2", writerId: "w2" });
  await watcher.caughtUp(soon());
  assertEquals((await undo()).restored, ["a.txt"]);
  const { undone = [] } = await watcher.until(({ undone }) => undone !== undefined, soon());
  assertEquals(undone.map(({ kind, files }) => [kind, files]), [["undo", ["a.txt"]]]);
  await run("Go on");
  const { messages } = (await fake.stats()).requests.at(-1)!.body as { messages: { role: string; content: string }[] };
  assertEquals(messages.slice(-3).map(({ role, content }) => [role, content]), [
    ["user", 'I have undone changes of yours: "a.txt" are as they were before them.'],
    ["assistant", "I will read these files again before I change them."],
    ["user", "Go on"],
  ]);
});

Deno.test("opta diff and opta sessions undo work on the latest session of the folder", async () => {
  await using project = await Project.create({ "a.txt": "one\n" });
  await using opta = await Opta.create();
  opta.cwd = project.folder;
  assertEquals((await opta.run(["diff"])).code, 2);
  const run = await opta.run(["do", "--auto", "--no-commit", "-f", "json", "Edit a.txt: replace one by two"]);
  assertEquals(run.code, 0, run.stderr);
  const { sessionId, turnId } = JSON.parse(run.stdout);
  const diff = await opta.run(["diff"]);
  assertEquals([diff.code, diff.stdout], [0, "--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n"]);
  const json = JSON.parse((await opta.run(["diff", sessionId, "--turn", turnId.slice(5, 13), "--json"])).stdout);
  assertEquals([json.sessionId, json.changeSet, json.diff], [sessionId, turnId, diff.stdout]);
  const wrong = await opta.run(["sessions", "undo", "--turn", "nothing"]);
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(wrong.stderr, turnId);

  await Deno.writeTextFile(project.path("a.txt"), "mine\n");
  const conflict = await opta.run(["sessions", "undo", sessionId.slice(0, 14)]);
  assertEquals(conflict.code, 1);
  assertStringIncludes(conflict.stdout, "  a.txt: it was changed afterwards\n");
  assertStringIncludes(conflict.stdout, `opta sessions undo ${sessionId} --turn ${turnId} --force`);
  const forced = JSON.parse((await opta.run(["sessions", "undo", "--force", "--json"])).stdout);
  assertEquals([forced.restored, await Deno.readTextFile(project.path("a.txt"))], [["a.txt"], "one\n"]);
  const none = await opta.run(["sessions", "undo"]);
  assertEquals([none.code, none.stdout], [1, ""]);
  assertMatch(none.stderr, /^opta: No turn of this session has changes that could be undone\.\n$/);
  assertEquals((await opta.run(["diff"])).stdout, "");
  const redo = await opta.run(["sessions", "undo", "--turn", forced.undoId]);
  assertEquals([redo.code, redo.stdout], [0, "Brought back (1 file):\n  a.txt\n"]);
  assertEquals(await Deno.readTextFile(project.path("a.txt")), "mine\n");
});

Deno.test("a chat shows, undoes and redoes what its turns have changed", async () => {
  await using project = await Project.create({ "a.txt": "one\n" });
  await using opta = await Opta.create();
  opta.cwd = project.folder;
  const lines = ["Edit a.txt: replace one by two", "/diff", "/undo", "/diff all", "/redo", "/redo", "/undo now"];
  const { code, stderr } = await opta.run(["chat", "--auto"], `${lines.join("\n")}\n`);
  assertEquals(code, 1, stderr);
  const said = stderr.slice(stderr.indexOf("--- a/a.txt"));
  assertEquals(said.split("\n"), [
    "--- a/a.txt",
    "+++ b/a.txt",
    "@@ -1,1 +1,1 @@",
    "-one",
    "+two",
    "Undone (1 file):",
    "  a.txt",
    "no turn of this session has changes that are still there",
    "Brought back (1 file):",
    "  a.txt",
    "there is no undo to take back",
    "opta: /undo takes nothing, or the word force",
    "",
  ]);
  assertEquals(await Deno.readTextFile(project.path("a.txt")), "two\n");
});
