/** Sessions that are written as a whole, in slices. */
import { assertEquals, assertRejects } from "@std/assert";
import { HeadMismatchError, type LogSlice, type Store } from "./store.ts";
import { creation, deltas, EPOCH, readAll, sampleIndex, sampleLine } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

/** Two slices of two lines each. @param between called before the second, when the first has been written */
async function* slices(sessionId: string, between: () => Promise<void> = async () => {}): AsyncGenerator<LogSlice> {
  const line = (seq: number) => sampleLine(sessionId, seq);
  const text = { turnId: "t", role: "user" as const, text: "alpha" };
  yield { lines: [line(1), line(2)], search: [text], index: sampleIndex({ title: "half" }) };
  await between();
  yield { lines: [line(3), line(4)], search: [], index: sampleIndex({ title: "whole" }) };
}

async function listed(store: Store) {
  const { rows } = await store.list({ limit: 9 });
  return rows.map(({ sessionId, title, headSeq }) => [sessionId, title, headSeq]);
}

export function storeWholeSuite(name: string, open: OpenStore): void {
  Deno.test(`${name}: createWhole() shows a session when all of it is there, and not before`, async () => {
    await using opened = await open();
    const { store } = opened;
    let wakes = 0;
    const stop = store.watch("s", () => void wakes++);
    await store.createWhole(
      "s",
      EPOCH,
      slices("s", async () => {
        assertEquals([await listed(store), await store.head("s"), await store.count()], [[], null, 0]);
        assertEquals((await store.list({ text: "alpha", limit: 9 })).rows, []);
        await store.append(creation("beside"));
      }),
    );
    assertEquals(await listed(store), [["s", "whole", 4], ["beside", "", 1]]);
    assertEquals((await readAll(store, "s")).map(({ line }) => line), [1, 2, 3, 4].map((seq) => sampleLine("s", seq)));
    assertEquals((await store.list({ text: "alpha", limit: 9 })).rows.length, 1);
    assertEquals((await store.list({ text: "whole", limit: 9 })).rows.length, 1);
    assertEquals(wakes, 1);
    await store.append(deltas("s", 4));
    stop();
  });

  Deno.test(`${name}: createWhole() leaves nothing of a log that breaks off`, async () => {
    await using opened = await open();
    const { store } = opened;
    const broken = slices("s", () => Promise.reject(new Error("broken off")));
    await assertRejects(() => store.createWhole("s", EPOCH, broken), Error, "broken off");
    assertEquals([await listed(store), await store.head("s")], [[], null]);
    await store.append(creation("s"));
    assertEquals((await readAll(store, "s")).length, 1);
  });

  Deno.test(`${name}: createWhole() refuses an id that exists, also one that came meanwhile`, async () => {
    await using opened = await open();
    const { store } = opened;
    const meanwhile = slices("s", async () => await store.append(creation("s", { title: "first" })));
    await assertRejects(() => store.createWhole("s", EPOCH, meanwhile), HeadMismatchError, "it exists");
    await assertRejects(() => store.createWhole("s", EPOCH, slices("s")), HeadMismatchError, "it exists");
    assertEquals(await listed(store), [["s", "first", 1]]);
  });
}
