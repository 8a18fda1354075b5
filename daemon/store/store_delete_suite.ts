/** Deleted sessions: where they are not to be found, how they come back, and how they go. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HeadMismatchError, type Store } from "./store.ts";
import { creation, deltas, EPOCH, readAll, readUsage, sampleIndex, sampleUsage, WHOLE } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

const day = (n: number) => `2026-03-0${n}T00:00:00.000Z`;
const times = { deletedAt: day(1), purgeAt: day(8) };
const submit = { clientTurnId: "c", bodyHash: "h", turnId: "t", position: 0 };
const search = [{ turnId: "t", role: "user" as const, text: "alpha" }];

async function fill(store: Store): Promise<void> {
  const index = { title: "beta", tags: ["work"], queuedTurns: 1 };
  await store.append({ ...creation("s", index), submit, search, usage: [sampleUsage("turn")] });
  await store.append(deltas("s", 1, 3));
  await store.append(creation("other", { title: "alpha" }));
}

/** All that can be read of a session. */
async function everythingOf(store: Store, sessionId: string) {
  return {
    lines: await readAll(store, sessionId),
    head: await store.head(sessionId),
    row: await store.find(sessionId),
    submit: await store.findSubmit(sessionId, "c"),
    unfinished: await store.unfinished(),
    byText: (await store.list({ text: "alpha", limit: 9 })).rows,
    byTitle: (await store.list({ text: "beta", limit: 9 })).rows,
    byTag: (await store.list({ tag: "work", limit: 9 })).rows,
    count: await store.count(),
    usage: await readUsage(store),
    usageOf: await readUsage(store, { sessionId }),
  };
}

export function storeDeleteSuite(name: string, open: OpenStore): void {
  Deno.test(`${name}: delete() takes a session out of everything, and restore() brings all of it back [E2]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await fill(store);
    const before = await everythingOf(store, "s");
    await store.lease("s", "owner", 1_000);

    await store.delete("s", times);
    const gone = await everythingOf(store, "s");
    assertEquals([gone.lines, gone.head, gone.row, gone.submit, gone.unfinished], [[], null, null, null, []]);
    assertEquals(gone.byText.map(({ sessionId }) => sessionId), ["other"]);
    assertEquals([gone.byTitle, gone.byTag, gone.count, gone.usageOf], [[], [], 1, []]);
    assertEquals(gone.usage, [{ ...sampleUsage("turn"), sessionId: null }]);
    assert(await store.lease("s", "another", 1_000));
    await assertRejects(() => store.append(deltas("s", 4)), HeadMismatchError);
    const row = { ...sampleIndex({ title: "beta", tags: ["work"], queuedTurns: 1 }), sessionId: "s", epoch: EPOCH };
    assertEquals(await store.findDeleted("s"), { ...row, headSeq: 4, ...times });

    assertEquals(await store.restore("s"), true);
    assertEquals(await everythingOf(store, "s"), before);
    await store.append(deltas("s", 4));
    assertEquals([await store.findDeleted("s"), await store.restore("s")], [null, false]);
  });

  Deno.test(`${name}: watch() tells of a deletion and of the return`, async () => {
    await using opened = await open();
    const { store } = opened;
    await fill(store);
    let wakes = 0;
    const stop = store.watch("s", () => void wakes++);
    await store.delete("s", times);
    assertEquals(wakes, 1);
    await store.restore("s");
    assertEquals(wakes, 2);
    stop();
  });

  Deno.test(`${name}: a deleted session leaves its id to another one, and waits for it`, async () => {
    await using opened = await open();
    const { store } = opened;
    await fill(store);
    await store.delete("s", times);
    await store.append({ ...creation("s", { title: "new" }), submit: { ...submit, turnId: "new" } });
    await assertRejects(() => store.restore("s"), HeadMismatchError, "another one has its id");
    assertEquals((await store.findSubmit("s", "c"))?.turnId, "new");
    await store.remove("s");
    assertEquals(await store.restore("s"), true);
    assertEquals((await store.find("s"))?.title, "beta");
    assertEquals((await store.findSubmit("s", "c"))?.turnId, "t");

    await store.delete("s", times);
    await store.append(creation("s", { title: "newer" }));
    await store.delete("s", { ...times, deletedAt: day(2) });
    assertEquals(await store.countDeleted(), 1); // the one before is gone for good
    await store.restore("s");
    assertEquals([(await store.find("s"))?.title, (await readAll(store, "s")).length], ["newer", 1]);
  });

  Deno.test(`${name}: purge() leaves nothing of a deleted session but what it used`, async () => {
    await using opened = await open();
    const { store } = opened;
    await fill(store);
    await store.purge("s"); // which is not deleted
    assertEquals((await store.find("s"))?.title, "beta");
    await store.delete("s", times);
    await store.purge("s");
    await store.purge("unknown");
    assertEquals([await store.restore("s"), await store.findDeleted("s"), await store.countDeleted()], [
      false,
      null,
      0,
    ]);
    assertEquals(await readUsage(store), [{ ...sampleUsage("turn"), sessionId: null }]);
    await store.append(creation("s"));
    assertEquals((await store.read("s", 0, WHOLE)).length, 1);
  });

  Deno.test(`${name}: listDeleted() pages through them, latest deletion first, by the filters of list()`, async () => {
    await using opened = await open();
    const { store } = opened;
    for (let i = 1; i <= 5; i++) {
      const index = { title: i % 2 ? "odd" : "even", tags: [`t${i}`], updatedAt: day(9 - i) };
      await store.append(creation(`s${i}`, index));
      // Two share a time, so that a page also ends within equal times.
      await store.delete(`s${i}`, { deletedAt: day(Math.ceil(i / 2)), purgeAt: day(9 - Math.ceil(i / 2)) });
    }
    for (const limit of [1, 2, 5]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<Store["listDeleted"]>> = await store.listDeleted({
          limit,
          ...(cursor && { cursor }),
        });
        found.push(...page.rows.map(({ sessionId }) => sessionId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      assertEquals(found, ["s5", "s4", "s3", "s2", "s1"]);
    }
    const ids = async (query: object) =>
      (await store.listDeleted({ limit: 9, ...query })).rows.map(({ sessionId }) => sessionId);
    assertEquals([await ids({ text: "odd" }), await ids({ tag: "t2" })], [["s5", "s3", "s1"], ["s2"]]);
    assertEquals((await store.list({ limit: 9 })).rows, []);
    assertEquals((await store.nextToPurge(3)).map(({ sessionId }) => sessionId), ["s5", "s3", "s4"]);
    assertEquals(await store.countDeleted(), 5);
  });
}
