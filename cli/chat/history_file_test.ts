import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { appendHistory, loadHistory, MAX_HISTORY } from "./history_file.ts";

async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(join(folder, "history"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("loadHistory() gives what appendHistory() wrote, lines and all", () =>
  withFile(async (path) => {
    assertEquals(await loadHistory(path), []);
    await appendHistory(path, "one\ntwo");
    await appendHistory(path, 'three "3"');
    await appendHistory(path, "");
    assertEquals(await loadHistory(path), ["one\ntwo", 'three "3"']);
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("appendHistory() leaves out what is too long to be found again", () =>
  withFile(async (path) => {
    await appendHistory(path, "x".repeat(10_001));
    await appendHistory(path, "short");
    assertEquals(await loadHistory(path), ["short"]);
  }));

Deno.test("loadHistory() skips lines that are damaged", () =>
  withFile(async (path) => {
    await Deno.writeTextFile(path, '"one"\n"torn\n{"a":1}\n""\n"two"\n');
    assertEquals(await loadHistory(path), ["one", "two"]);
  }));

Deno.test("loadHistory() keeps the file bounded", () =>
  withFile(async (path) => {
    const entries = Array.from({ length: 2 * MAX_HISTORY + 10 }, (_, i) => `entry ${i}`);
    await Deno.writeTextFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    assertEquals(await loadHistory(path), entries.slice(-MAX_HISTORY));
    assertEquals((await Deno.readTextFile(path)).trimEnd().split("\n").length, MAX_HISTORY);
  }));

Deno.test({
  name: "loadHistory() refuses a symlink",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFile(async (path) => {
      await Deno.symlink("/etc/hostname", path);
      await assertRejects(() => loadHistory(path), CliError, "symlink");
    }),
});
