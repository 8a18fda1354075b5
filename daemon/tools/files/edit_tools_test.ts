import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TestWorkspace } from "./testing/test_workspace.ts";

Deno.test("edit_file replaces what is there once, and the diff shown beforehand is what it does", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ "src/a.ts": "one\ntwo\nthree\n" });
  await work.call("read_file", { path: "src/a.ts" });
  const args = { path: "src/a.ts", old_string: "two", new_string: "2" };
  const preview = await work.preview("edit_file", args, { callId: "c" });
  assertEquals(preview, {
    subject: "src/a.ts",
    diff: "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
  });
  assertEquals(await work.run("edit_file", args, { callId: "c" }), { ok: true, result: "Edited src/a.ts in 1 place" });
  assertEquals(await work.read("src/a.ts"), "one\n2\nthree\n");
});

Deno.test("a change of git's own files is asked for even where edits are approved beforehand", async () => {
  await using work = await TestWorkspace.create();
  const isDestructive = async (path: string) =>
    (await work.preview("write_file", { path, content: "x" })).isDestructive ?? false;
  for (const path of [".git/hooks/pre-commit", ".git/config", "sub/.git", "sub/.GIT/config"]) {
    assertEquals(await isDestructive(path), true, path);
  }
  for (const path of [".gitignore", ".github/a.yml", "a.git"]) assertEquals(await isDestructive(path), false, path);
});

Deno.test("after its own change a model may go on without reading again", async () => {
  await using work = await TestWorkspace.create();
  assertEquals((await work.call("write_file", { path: "a", content: "1\n" })).ok, true);
  assertEquals((await work.call("edit_file", { path: "a", old_string: "1", new_string: "2" })).ok, true);
  assertEquals((await work.call("write_file", { path: "a", content: "3\n" })).ok, true);
  assertEquals(await work.read("a"), "3\n");
});

Deno.test("a file that was not read, or has changed since, is not changed", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "1\n" });
  const edit = { path: "a", old_string: "1", new_string: "2" };
  const unread = "a is there and was not read: read it first";
  assertEquals(await work.call("edit_file", edit), { ok: false, result: unread });
  assertEquals(await work.call("write_file", { path: "a", content: "2" }), { ok: false, result: unread });
  await work.call("read_file", { path: "a" });
  await work.write({ a: "1\nby somebody else\n" });
  const changed = "a was changed since it was last read: read it again first";
  assertEquals(await work.call("edit_file", edit), { ok: false, result: changed });
  assertEquals(await work.read("a"), "1\nby somebody else\n");
});

Deno.test("a file that changes between the preview and the run is left alone, and a call runs once for its preview", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "1\n", b: "1\n" });
  for (const path of ["a", "b"]) await work.call("read_file", { path });
  const args = { path: "a", old_string: "1", new_string: "2" };
  assertEquals((await work.preview("edit_file", args, { callId: "c" })).refusal, undefined);
  await work.write({ a: "1\n1\n" });
  await work.call("read_file", { path: "a" }); // having read it again does not make the approval fit
  assertStringIncludes((await work.run("edit_file", args, { callId: "c" })).result, "old_string is there 2 times");
  await work.write({ a: "0\n1\n" });
  const stale = { ok: false, result: "a was changed meanwhile: read it again" };
  await work.call("read_file", { path: "b" });
  await work.preview("edit_file", { ...args, path: "b" }, { callId: "d" });
  await work.write({ b: "0\n1\n" });
  assertEquals(await work.run("edit_file", { ...args, path: "b" }, { callId: "d" }), {
    ...stale,
    result: "b was changed meanwhile: read it again",
  });
  assertMatch((await work.run("edit_file", args, { callId: "d" })).result, /was not previewed/);
  assertEquals(await work.read("b"), "0\n1\n");
});

Deno.test("edit_file says why it cannot", async () => {
  await using work = await TestWorkspace.create();
  await work.write({
    twice: "a b\nx\na b\n",
    near: "function f() {\n    return 1;\n}\n",
    binary: new Uint8Array([1, 0, 2]),
    latin1: new Uint8Array([0x63, 0xe9]),
  });
  for (const path of ["twice", "near"]) await work.call("read_file", { path });
  const edit = async (path: string, old_string: string, new_string: string) =>
    (await work.call("edit_file", { path, old_string, new_string })).result;
  assertEquals(
    await edit("twice", "a b", "c"),
    "twice: old_string is there 2 times, at lines 1, 3. Give more of the text around it, or set replace_all",
  );
  assertEquals(
    await edit("near", "function f() {\n  return 1;", "-"),
    "near: old_string was not found. But for white space it is lines 1 to 2, which read:\nfunction f() {\n    return 1;",
  );
  assertMatch(await edit("near", "1\tfunction", "-"), /leave out the numbers/);
  assertMatch(await edit("near", "nothing like it", "-"), /Read the file again/);
  assertMatch(await edit("near", "return", "return"), /are the same/);
  assertMatch(await edit("near", "return", "\0"), /NUL/);
  assertMatch(await edit("near", "return", "\ud800"), /half of a character/);
  assertMatch(await edit("binary", "a", "b"), /binary file/);
  assertMatch(await edit("latin1", "c", "b"), /encoding other than UTF-8/);
  assertEquals(await edit("missing", "a", "b"), "There is no file missing: make it with write_file");
  assertEquals(await edit(".", "a", "b"), ". is a folder");
  await Deno.chmod(work.path("near"), 0o444);
  assertEquals(await edit("near", "return", "b"), "near is read-only");
});

Deno.test("a change keeps line endings, byte order mark, encoding and mode", async () => {
  await using work = await TestWorkspace.create();
  const utf16 = (text: string) =>
    new Uint8Array([0xff, 0xfe, ...Array.from(text).flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])]);
  await work.write({
    crlf: "\ufeffa\r\nb\r\nc",
    mixed: "a\nb\r\nc\r\nd\r\n",
    utf16: utf16("ä\r\nb\r\n"),
    "run.sh": "#!/bin/sh\nb\n",
  });
  await Deno.chmod(work.path("run.sh"), 0o751);
  for (const path of ["crlf", "mixed", "utf16", "run.sh"]) {
    await work.call("read_file", { path });
    const edited = await work.call("edit_file", { path, old_string: "\nb", new_string: "\nB\n€" });
    assertEquals(edited.ok, true, edited.result);
  }
  assertEquals(await Deno.readFile(work.path("crlf")), new TextEncoder().encode("\ufeffa\r\nB\r\n€\r\nc"));
  assertEquals(await work.read("mixed"), "a\r\nB\r\n€\r\nc\r\nd\r\n");
  assertEquals(await Deno.readFile(work.path("utf16")), utf16("ä\r\nB\r\n€\r\n"));
  assertEquals(await work.read("run.sh"), "#!/bin/sh\nB\n€\n");
  assertEquals((await Deno.stat(work.path("run.sh"))).mode! & 0o7777, 0o751);
  await work.call("write_file", { path: "crlf", content: "x\ny\n" });
  assertEquals(await Deno.readFile(work.path("crlf")), new TextEncoder().encode("\ufeffx\r\ny\r\n"));
  await work.call("write_file", { path: "run.sh", content: "#!/bin/sh" });
  assertEquals(await work.read("run.sh"), "#!/bin/sh\n");
});

Deno.test("multi_edit changes all of its files or none", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ "a": "one two\n", "sub/b": "one\n" });
  for (const path of ["a", "sub/b"]) await work.call("read_file", { path });
  const edits = (...pairs: [string, string][]) => pairs.map(([old_string, new_string]) => ({ old_string, new_string }));
  const bad = {
    files: [{ path: "a", edits: edits(["one", "1"]) }, { path: "sub/b", edits: edits(["one", "1"], ["two", "2"]) }],
  };
  assertMatch((await work.call("multi_edit", bad)).result, /^sub\/b: Edit 2 of 2: old_string was not found/);
  assertEquals(await work.read("a"), "one two\n");
  const good = {
    files: [
      { path: "a", edits: edits(["one", "1"], ["1 two", "1, 2"]) },
      { path: "sub/b", edits: edits(["one", "1"]) },
      { path: "./a", edits: edits(["2", "two"]) },
    ],
  };
  const preview = await work.preview("multi_edit", good);
  assertEquals(preview.subjects, ["a", "sub/b"]);
  const done = await work.call("multi_edit", good);
  assert(done.ok, done.result);
  assertEquals([await work.read("a"), await work.read("sub/b")], ["1, two\n", "1\n"]);
});

Deno.test("write_file makes folders, and says what stands in its way", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ file: "x", binary: new Uint8Array([0]) });
  assertEquals(await work.call("write_file", { path: "deep/er/a.txt", content: "hello" }), {
    ok: true,
    result: "Created deep/er/a.txt",
  });
  assertEquals(await work.read("deep/er/a.txt"), "hello");
  const refusal = async (path: string, content: string) =>
    (await work.preview("write_file", { path, content })).refusal;
  assertEquals(await refusal("file/below", ""), "file/below leads through a file that is no folder");
  assertEquals(await refusal("deep", ""), "deep is a folder");
  assertMatch(await refusal("binary", "text") ?? "", /binary/);
  assertEquals(await refusal("deep/er/a.txt", "hello"), "deep/er/a.txt would not change: it reads so already");
  assertEquals(await refusal("n".repeat(300), ""), `${"n".repeat(300)} has a name that is too long`);
  assertEquals((await Array.fromAsync(Deno.readDir(work.path()))).map(({ name }) => name).sort(), [
    "binary",
    "deep",
    "file",
  ]);
});

Deno.test("delete_file deletes a file or an empty folder, and asks even where edits are approved", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ "sub/a": "text\n", "bin": new Uint8Array([0, 1]) });
  await Deno.symlink("sub/a", work.path("link"));
  assertEquals((await work.call("delete_file", { path: "sub" })).result, "sub is a folder with files in it");
  assertEquals((await work.call("delete_file", { path: "." })).result, ". is a folder of this session");
  assertEquals((await work.call("delete_file", { path: "gone" })).result, "There is no file gone");
  assertMatch((await work.call("delete_file", { path: "link" })).result, /through a symlink/);
  assertEquals(await work.preview("delete_file", { path: "sub/a" }), {
    subject: "sub/a",
    diff: "--- a/sub/a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-text\n",
    isDestructive: true,
  });
  for (const path of ["sub/a", "sub", "bin"]) assertEquals((await work.call("delete_file", { path })).ok, true);
  assertEquals((await Array.fromAsync(Deno.readDir(work.path()))).map(({ name }) => name), ["link"]);
});

Deno.test("nothing begins after a stop", async () => {
  await using work = await TestWorkspace.create();
  const args = { path: "a", content: "x" };
  await work.preview("write_file", args, { callId: "c" });
  const error = await work.run("write_file", args, { callId: "c", signal: AbortSignal.abort() }).catch((error) =>
    error
  );
  assertEquals(error.message, "cancelled");
  assertEquals(await Array.fromAsync(Deno.readDir(work.path())), []);
});
