import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestWorkspace } from "./testing/test_workspace.ts";

Deno.test("read_file numbers the lines and says how to go on", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ a: "one\ntwo\nthree\n", empty: "", crlf: "\ufeffa\r\nb\r\n", long: "x".repeat(3_000) + "\n" });
  const read = async (args: object) => (await work.call("read_file", args)).result;
  assertEquals(await read({ path: "a" }), "1\tone\n2\ttwo\n3\tthree");
  assertEquals(await read({ path: "a", offset: 2, limit: 1 }), "2\ttwo\n[Lines 2 to 2 of 3; go on with offset 3]");
  assertEquals(await read({ path: "a", offset: 9 }), "a has 3 lines: there is no line 9");
  assertEquals(await read({ path: "empty" }), "[The file is empty]");
  assertEquals(
    await read({ path: "crlf" }),
    "1\ta\n2\tb\n[UTF-8 with a byte order mark]\n[Lines end with CRLF, which edits keep]",
  );
  assertEquals(await read({ path: "long" }), `1\t${"x".repeat(2_000)}… [1000 more characters]`);
});

Deno.test("read_file gives a large file in parts that fit", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ big: `${"y".repeat(99)}\n`.repeat(5_000) });
  const first = await work.call("read_file", { path: "big", limit: 5_000 });
  assertEquals(first.truncated, true);
  assert(first.result.length < 64 * 1024);
  const offset = Number(/go on with offset (\d+)\]$/.exec(first.result)?.[1]);
  assertMatch((await work.call("read_file", { path: "big", offset })).result, new RegExp(`^${offset}\tyyy`));
});

Deno.test("read_file refuses what is no text file", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ binary: new Uint8Array([0x7f, 0x45, 0, 1]), "sub/a": "", large: "" });
  await Deno.truncate(work.path("large"), 33 * 1024 * 1024);
  const { success } = await new Deno.Command("mkfifo", { args: [work.path("pipe")] }).output();
  assert(success);
  const listener = Deno.listen({ transport: "unix", path: work.path("socket") });
  await Deno.symlink("nowhere", work.path("dangling"));
  await Deno.symlink("circle", work.path("circle"));
  const read = async (path: string) => (await work.call("read_file", { path })).result;
  assertMatch(await read("binary"), /^binary is a binary file of 4 bytes/);
  assertEquals(await read("sub"), "sub is a folder: use list_dir");
  assertEquals(await read("none"), "There is no file none");
  assertEquals(await read("pipe"), "pipe is a pipe, not a plain file");
  assertEquals(await read("socket"), "socket is a socket, not a plain file");
  assertMatch(await read("large"), /too large \(33 MiB; tools read files of 32 MiB at the most\)/);
  assertMatch(await read("dangling"), /symlink that leads nowhere/);
  assertMatch(await read("circle"), /circle/);
  assertEquals(await read("a\0b"), "A path cannot hold a NUL character");
  listener.close();
});

Deno.test("list_dir gives the entries of a folder, and no more than its bound", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ "b/x": "", "a.txt": "12345", ".hidden": "", empty: "" });
  await Deno.mkdir(work.path("void"));
  await Deno.symlink("a.txt", work.path("link"));
  const list = (args: object) => work.call("list_dir", args);
  assertEquals((await list({})).result, ".hidden  0 B\na.txt  5 B\nb/\nempty  0 B\nlink  (symlink)\nvoid/");
  assertEquals((await list({ path: "void" })).result, "[The folder is empty]");
  assertEquals((await list({ path: "a.txt" })).result, "a.txt is a file: use read_file");
  assertEquals((await list({ path: "none" })).result, "There is no folder none");
  for (let i = 0; i < 1_001; i++) await Deno.writeTextFile(work.path("void", String(i)), "");
  const { result, truncated } = await list({ path: "void" });
  assertEquals(truncated, true);
  assertMatch(result, /\[The first 1000 of 1001 entries; find_files looks for certain ones\]$/);
});

Deno.test("find_files finds by glob, newest first, and skips what is ignored", async () => {
  await using work = await TestWorkspace.create();
  await work.write({
    ".gitignore": "out/\n*.log\n!keep.log\n",
    "a.ts": "",
    "src/b.ts": "",
    "src/c.tsx": "",
    "src/.gitignore": "gen*\n",
    "src/gen.ts": "",
    "out/d.ts": "",
    "e.log": "",
    "keep.log": "",
    "node_modules/m/f.ts": "",
    ".github/w.ts": "",
    ".git/g.ts": "",
  });
  await Deno.symlink("src", work.path("link"));
  const old = new Date(1_000);
  for (const name of ["a.ts", "src/b.ts", "src/c.tsx", "e.log", "keep.log"]) {
    await Deno.utime(work.path(name), old, old);
  }
  await Deno.utime(work.path("src/b.ts"), new Date(2_000), new Date(2_000));
  const find = async (args: object) => (await work.call("find_files", args)).result;
  assertEquals(await find({ pattern: "*.ts" }), "src/b.ts\na.ts\n[2 files]");
  assertEquals(await find({ pattern: "src/**/*.{ts,tsx}" }), "src/b.ts\nsrc/c.tsx\n[2 files]");
  assertEquals(await find({ pattern: "*.ts", path: "src", limit: 1 }), "src/b.ts\n[1 file]");
  assertEquals(await find({ pattern: "*", limit: 1 }), "src/b.ts\n[4 files; the newest 1 are shown]");
  assertEquals(await find({ pattern: "*.log" }), "keep.log\n[1 file]");
  assertEquals(await find({ pattern: ".github/*" }), ".github/w.ts\n[1 file]");
  assertEquals(await find({ pattern: "*.py" }), "[No files]");
  const everything = await find({ pattern: "*.ts", include_ignored: true });
  assertEquals(everything.split("\n").length, 7);
  assertEquals(everything.includes(".git/"), false);
  assertMatch(await find({ pattern: "../*" }), /does not lead into the folder/);
  assertMatch(await find({ pattern: "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}" }), /braces/);
  assertEquals(await find({ pattern: "*", path: "a.ts" }), "There is no folder a.ts");
});

Deno.test("search_files gives the lines that match, with those around them", async () => {
  await using work = await TestWorkspace.create();
  await work.write({
    "a.ts": "one\ntwo\nthree\nfour\nfive\nTwo\n",
    "b/c.md": "two\r\n",
    binary: new Uint8Array([0, 0x74, 0x77, 0x6f]),
  });
  const search = async (args: object) => (await work.call("search_files", args)).result;
  assertEquals(
    await search({ pattern: "two$" }),
    "a.ts\n  2: two\n\nb/c.md\n  1: two\n\n[2 matching lines in 2 files]",
  );
  assertEquals(
    await search({ pattern: "two", ignore_case: true, path: "a.ts", context: 1 }),
    "a.ts\n  1- one\n  2: two\n  3- three\n--\n  5- five\n  6: Two\n\n[2 matching lines in 1 file]",
  );
  assertEquals(await search({ pattern: "two", glob: "*.md" }), "b/c.md\n  1: two\n\n[1 matching line in 1 file]");
  assertEquals(await search({ pattern: "(", literal: true }), "[No matches]");
  assertMatch(await search({ pattern: "(" }), /no regular expression .*Mend it, or set literal$/);
  assertEquals(
    await search({ pattern: "o", limit: 1 }),
    "a.ts\n  1: one\n\n[1 matching line in 1 file; there may be more matches: narrow the pattern, the path or the glob]",
  );
  assertEquals(await search({ pattern: "x", path: "none" }), "There is no file or folder none");
});

Deno.test("a pattern that would never end is stopped, and the next search works", async () => {
  await using work = await TestWorkspace.create({ searchLimitMs: 2_000 });
  await work.write({ a: "a".repeat(60) + "!\n" });
  const stuck = await work.call("search_files", { pattern: "^(a+)+$" });
  assertEquals(stuck.ok, false);
  assertMatch(stuck.result, /takes too long on some line/);
  assertMatch((await work.call("search_files", { pattern: "a!" })).result, /1 matching line/);
});
