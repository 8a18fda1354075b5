import { assertEquals } from "@std/assert";
import { formatJsonLine, formatLogLine } from "./format_log.ts";
import { MAX_LINE_BYTES } from "./last_lines.ts";
import { readLog } from "./logs.ts";

async function withLog(test: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(`${dir}/daemon.log`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function append(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}

const { signal } = new AbortController();

Deno.test("readLog() gives the last lines, whole ones only", () =>
  withLog(async (path) => {
    await append(path, "one\ntwo\nthree\nunfinish");
    const last = (lines: number) => Array.fromAsync(readLog(path, { lines, follow: false, signal }));
    assertEquals(await last(2), ["two", "three"]);
    assertEquals(await last(10), ["one", "two", "three"]);
    assertEquals(await last(0), []);
  }));

Deno.test("readLog() of a log that is not there gives nothing", () =>
  withLog(async (path) => {
    assertEquals(await Array.fromAsync(readLog(path, { lines: 5, follow: false, signal })), []);
  }));

Deno.test("readLog() does not read all of a large log for its end", () =>
  withLog(async (path) => {
    await append(path, `${"x".repeat(2 * 1024 * 1024)}\n`.repeat(2) + "the end\n");
    assertEquals(await Array.fromAsync(readLog(path, { lines: 5, follow: false, signal })), ["the end"]);
  }));

Deno.test("readLog() finds the last lines that are wanted in the files of before a rotation, too", () =>
  withLog(async (path) => {
    await append(`${path}.2`, "yes 1\nno\n");
    await append(`${path}.1`, `yes 2\n${"no\n".repeat(100_000)}`);
    await append(path, `yes 3 grün\n${"no\n".repeat(100_000)}yes 4\nyes unfinish`);
    const isWanted = (line: string) => line.startsWith("yes");
    const last = (lines: number) => Array.fromAsync(readLog(path, { lines, isWanted, follow: false, signal }));
    assertEquals(await last(1), ["yes 4"]);
    assertEquals(await last(3), ["yes 2", "yes 3 grün", "yes 4"]);
    assertEquals(await last(9), ["yes 1", "yes 2", "yes 3 grün", "yes 4"]);
    assertEquals(await last(0), []);
  }));

Deno.test("readLog() counts no file twice that is rotated while it is read", () =>
  withLog(async (path) => {
    await append(path, "one\n");
    await Deno.link(path, `${path}.1`); // as after a rotation: the file that is open has the name of the one before
    await append(`${path}.2`, "zero\n");
    assertEquals(await Array.fromAsync(readLog(path, { lines: 9, follow: false, signal })), ["zero", "one"]);
  }));

for (const length of [65_534, 65_535, 65_536, 65_537, 200_000]) {
  Deno.test(`readLog() puts a line of ${length} bytes together again`, () =>
    withLog(async (path) => {
      const long = "ü".repeat(length / 2) + "x".repeat(length % 2);
      await append(path, `before\n${long}\n\nafter\n`);
      const lines = await Array.fromAsync(readLog(path, { lines: 9, follow: false, signal }));
      assertEquals(lines.map((line) => line === long ? "long" : line), ["before", "long", "", "after"]);
    }));
}

Deno.test("readLog() that follows gives an unfinished line once it is whole, and only what is wanted", () =>
  withLog(async (path) => {
    const stop = new AbortController();
    await append(path, "yes 1\nye");
    const isWanted = (line: string) => line.startsWith("yes");
    const log = readLog(path, { lines: 5, isWanted, follow: true, signal: stop.signal, pollMs: 1 });
    assertEquals((await log.next()).value, "yes 1");
    const next = log.next();
    await append(path, "s 2\nno\nyes 3\n");
    assertEquals([(await next).value, (await log.next()).value], ["yes 2", "yes 3"]);
    stop.abort();
    await log.return(undefined);
  }));

Deno.test("readLog() follows a log into being, through a split character, and across rotations", () =>
  withLog(async (path) => {
    const stop = new AbortController();
    const log = readLog(path, { lines: 10, follow: true, signal: stop.signal, pollMs: 1 });
    const next = async () => (await log.next()).value;

    const first = next();
    await append(path, "one\ntwo\n");
    assertEquals(await first, "one");
    assertEquals(await next(), "two");

    const split = next();
    const bytes = new TextEncoder().encode("grün\n");
    await Deno.writeFile(path, bytes.subarray(0, 3), { append: true });
    await Deno.writeFile(path, bytes.subarray(3), { append: true });
    assertEquals(await split, "grün");

    await append(path, "last of the old\n");
    await Deno.rename(path, `${path}.1`);
    await append(path, "first of the new\n");
    assertEquals(await next(), "last of the old");
    assertEquals(await next(), "first of the new");

    await Deno.remove(path);
    const afterRemoval = next();
    await append(path, "once more\n");
    assertEquals(await afterRemoval, "once more");

    const end = log.next();
    stop.abort();
    assertEquals((await end).done, true);
  }));

Deno.test("readLog() follows a log that is cut, from its beginning", () =>
  withLog(async (path) => {
    const stop = new AbortController();
    await append(path, "one\ntwo\nthr");
    const log = readLog(path, { lines: 1, follow: true, signal: stop.signal, pollMs: 1 });
    assertEquals((await log.next()).value, "two");
    const next = log.next();
    await Deno.writeTextFile(path, "new\n");
    assertEquals((await next).value, "new");
    stop.abort();
    await log.return(undefined);
  }));

Deno.test("readLog() that follows leaves out a line that is far too long, and nothing else", () =>
  withLog(async (path) => {
    const stop = new AbortController();
    await append(path, "one\n");
    const log = readLog(path, { lines: 1, follow: true, signal: stop.signal, pollMs: 1 });
    assertEquals((await log.next()).value, "one");
    const next = log.next();
    await append(path, `two\n${"x".repeat(MAX_LINE_BYTES)}`);
    assertEquals((await next).value, "two");
    const after = log.next();
    await append(path, "yyy\nthree\n");
    assertEquals((await after).value, "three");
    stop.abort();
    await log.return(undefined);
  }));

Deno.test("formatJsonLine() is one JSON value, with nothing that a terminal would obey", () => {
  const line = JSON.stringify({ message: "a\x9b2Jb\u202e" });
  assertEquals(formatJsonLine(line), '{"message":"a\\u009b2Jb\\u202e"}');
  assertEquals(formatJsonLine("panicked at \x1b[1msrc"), '"panicked at \\u001b[1msrc"');
});

Deno.test("formatLogLine() writes time, level, message and facts on one safe line", () => {
  const at = new Date(2026, 10, 22, 9, 5, 7).toISOString();
  const line = JSON.stringify({ "@timestamp": at, level: "WARN", message: "a\nb\x1b[31m", facts: { port: 9999 } });
  assertEquals(formatLogLine(line), "2026-11-22 09:05:07 WARN  a b port=9999");
});

Deno.test("formatLogLine() shows a line of another kind as it is", () => {
  assertEquals(formatLogLine("panicked at \x1b[1msrc"), "panicked at src");
});
