import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "./exit.ts";
import { whileLocked } from "./while_locked.ts";

Deno.test("whileLocked() lets one change run at a time, gives the lock back, and does not wait for ever", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "config.json");
  let running = 0;
  const seen = await Promise.all(Array.from({ length: 8 }, () =>
    whileLocked(path, async () => {
      const now = ++running;
      await Deno.writeTextFile(path, "{}");
      running--;
      return now;
    })));
  assertEquals(seen, Array(8).fill(1));
  await assertRejects(
    () => whileLocked(path, () => Promise.reject(new Error("of the change"))),
    Error,
    "of the change",
  );
  await whileLocked(path, async () => {
    await assertRejects(
      () => whileLocked(path, () => Promise.resolve(), 0),
      CliError,
      "another opta has been changing",
    );
  });
  await Deno.remove(folder, { recursive: true });
});
