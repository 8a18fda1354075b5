import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { FileState } from "../host/file_state.ts";
import type { PlannedChange } from "../host/plan_changes.ts";
import { versionOf } from "../host/read_bytes.ts";
import { CheckpointStore } from "./checkpoint_store.ts";

function change(real: string, before: string): PlannedChange {
  const bytes = new TextEncoder().encode(before);
  const state: FileState = { kind: "file", mode: 0o644, bytes, version: versionOf(bytes) };
  const place = { real, shown: real, info: null, isLink: false };
  return { place, before: state, after: { kind: "absent" }, note: "" };
}

async function withStore(
  limits: { bytes: number; changeSets: number },
  test: (store: CheckpointStore) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "opta-files-" });
  try {
    await test(new CheckpointStore(join(folder, "session"), limits));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const keep = (store: CheckpointStore, changeSet: string, ...changes: PlannedChange[]) =>
  store.keep({ changeSet, undoes: null }, changes);

Deno.test("the oldest change sets go when there are too many", async () => {
  await withStore({ bytes: 1_000_000, changeSets: 2 }, async (store) => {
    for (const id of ["1", "2", "3", "3"]) await keep(store, id, change(`/${id}`, id));
    assertEquals((await store.list()).map(({ id }) => id), ["2", "3"]);
    assertEquals(await store.content(versionOf(new TextEncoder().encode("1"))), null);
  });
});

Deno.test("the oldest change sets go when they hold too much, and one that holds too much alone says so", async () => {
  await withStore({ bytes: 2_000, changeSets: 100 }, async (store) => {
    await keep(store, "1", change("/a", "a".repeat(900)));
    await keep(store, "2", change("/b", "b".repeat(900)));
    assertEquals((await store.list()).map(({ id }) => id), ["2"]);
    const { tooLarge } = await keep(store, "3", change("/c", "c".repeat(1_500)), change("/d", "d".repeat(1_500)));
    assertEquals(tooLarge, ["/d"]);
    const kept = (await store.list()).flatMap(({ files }) =>
      files.map(({ before }) => before.kind === "file" && before.isKept)
    );
    assertEquals(kept, [true, false]);
  });
});

Deno.test("what was there before the first change of a turn is what is kept, and a change that failed is not", async () => {
  await withStore({ bytes: 1_000_000, changeSets: 100 }, async (store) => {
    await keep(store, "1", change("/a", "first"));
    const second = await keep(store, "1", change("/a", "second"), change("/b", "b"));
    const versions = async () =>
      (await store.list()).flatMap(({ files }) => files.map(({ before }) => before.kind === "file" && before.version));
    const versionOfText = (text: string) => versionOf(new TextEncoder().encode(text));
    assertEquals(await versions(), [versionOfText("first"), versionOfText("b")]);
    await second.takeBack();
    assertEquals(await versions(), [versionOfText("first")]);
    await (await keep(store, "2", change("/c", "c"))).takeBack();
    assertEquals((await store.list()).map(({ id }) => id), ["1"]);
  });
});

Deno.test("what a crash has left half made goes with the next change set", async () => {
  const folder = await Deno.makeTempDir({ prefix: "opta-files-" });
  await Deno.mkdir(join(folder, "half"));
  await Deno.writeTextFile(join(folder, "half", "content"), "x");
  const store = new CheckpointStore(folder);
  await keep(store, "1", change("/a", "a"));
  assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
  assertEquals((await store.list()).map(({ id }) => id), ["1"]);
  await Deno.remove(folder, { recursive: true });
});
