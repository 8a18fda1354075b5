import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { Scope } from "../scope.ts";
import { type FileState, readPlace } from "./file_state.ts";
import type { PlannedChange } from "./plan_changes.ts";
import { versionOf } from "./read_bytes.ts";
import { Refusal } from "./refusal.ts";
import { writeChanges } from "./write_changes.ts";

async function withFolder(test: (scope: Scope, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-files-" }));
  try {
    await test({ cwd: folder, roots: [folder], denied: [], checkpoints: null }, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function plan(scope: Scope, name: string, text: string | null): Promise<PlannedChange> {
  const { place, state: before } = await readPlace(scope, join(scope.cwd, name));
  const bytes = text === null ? null : new TextEncoder().encode(text);
  const after: FileState = { kind: "file", mode: null, bytes, version: bytes ? versionOf(bytes) : "lost" };
  return { place, before, after, note: "" };
}

Deno.test("writeChanges() puts back what it has written when a later file cannot be, and leaves no drafts", async () => {
  await withFolder(async (scope, folder) => {
    await Deno.writeTextFile(join(folder, "a"), "1", { mode: 0o640 });
    const changes = [await plan(scope, "a", "2"), await plan(scope, "new", "2"), await plan(scope, "lost", null)];
    await assertRejects(() => writeChanges(scope, changes, null, null), Refusal, "lost was too large to be kept");
    assertEquals(await Deno.readTextFile(join(folder, "a")), "1");
    assertEquals((await Deno.stat(join(folder, "a"))).mode! & 0o777, 0o640);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["a"]);
  });
});

Deno.test("writeChanges() does not write over a file that changes after it was planned", async () => {
  await withFolder(async (scope, folder) => {
    await Deno.writeTextFile(join(folder, "a"), "1");
    const [changed, created] = [await plan(scope, "a", "2"), await plan(scope, "b", "2")];
    await Deno.writeTextFile(join(folder, "a"), "somebody else's");
    await Deno.writeTextFile(join(folder, "b"), "somebody else's");
    for (const change of [changed, created]) {
      await assertRejects(() => writeChanges(scope, [change], null, null), Refusal, "was changed meanwhile");
    }
    assertEquals(await Deno.readTextFile(join(folder, "a")), "somebody else's");
    assertEquals(await Deno.readTextFile(join(folder, "b")), "somebody else's");
  });
});
