/** Commits: what shares one, in which order it takes effect, and what is left when it fails. */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type Append, HeadMismatchError, type LogLine, StorageError } from "./store.ts";
import { creation, deltas, readAll, sampleIndex, WHOLE } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

export function storeCommitSuite(name: string, open: OpenStore): void {
  for (const durability of ["synced", "written"] as const) {
    Deno.test(`${name}: append() shows nothing before its commit and wakes after it (${durability}) [E5]`, async () => {
      await using opened = await open();
      const { store } = opened;
      await store.append(creation("s"));
      let woken = 0;
      let seen: Promise<LogLine[]> | undefined;
      store.watch("s", () => {
        woken++;
        seen = store.read("s", 1, WHOLE);
      });
      const appended = store.append({ ...deltas("s", 1), durability });
      const before = { head: store.head("s"), lines: store.read("s", 1, WHOLE), woken }; // a commit comes at the next wait
      await appended;
      assertEquals([(await before.head)?.seq, await before.lines, before.woken], [1, [], 0]);
      assertEquals(woken, 1);
      assertEquals((await seen)?.map(({ seq }) => seq), [2]);
    });
  }

  Deno.test(`${name}: appends of one moment share a commit and wake each session once`, async () => {
    const batches: number[] = [];
    await using opened = await open({ beforeCommit: (batch) => void batches.push(batch.length) });
    const { store } = opened;
    await Promise.all([store.append(creation("a")), store.append(creation("b"))]);
    const wakes: string[] = [];
    store.watch("a", () => void wakes.push("a"));
    store.watch("b", () => void wakes.push("b"));
    const appends = Array.from({ length: 200 }, (_, i) => store.append(deltas(i % 2 ? "b" : "a", 1 + (i >> 1))));
    await Promise.all(appends);
    assertEquals(batches, [2, 200]);
    assertEquals(wakes, ["a", "b"]);
    assertEquals((await store.head("a"))?.seq, 101);
    assertEquals((await readAll(store, "b")).length, 101);
  });

  Deno.test(`${name}: appends settle in the order of the calls, and one that is refused is refused alone [E1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    await store.append(creation("t"));
    const settled: string[] = [];
    const note = (label: string, append: Append) =>
      store.append(append).then(() => void settled.push(label), (error) => {
        assertInstanceOf(error, HeadMismatchError);
        settled.push(`${label} refused`);
      });
    await Promise.all([
      note("s2", deltas("s", 1)),
      note("s9", deltas("s", 8)),
      note("t2", deltas("t", 1)),
      note("s", creation("s")),
      note("s3", deltas("s", 2)),
      note("u1", creation("u")),
      note("u2", deltas("u", 1)),
    ]);
    assertEquals(settled, ["s2", "s9 refused", "t2", "s refused", "s3", "u1", "u2"]);
    assertEquals((await store.head("s"))?.seq, 3);
    assertEquals((await store.head("u"))?.seq, 2);
  });

  Deno.test(`${name}: an append that was built on a refused one is refused as well [E1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    const refused = store.append({ ...deltas("s", 1), epoch: "epo_other" });
    const builtOnIt = store.append(deltas("s", 2));
    await assertRejects(() => refused, HeadMismatchError);
    await assertRejects(() => builtOnIt, HeadMismatchError);
    assertEquals((await store.head("s"))?.seq, 1);
  });

  Deno.test(`${name}: a watcher that throws hurts neither the others nor the append`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    let woken = 0;
    store.watch("s", () => {
      throw new Error("a bug of a follower");
    });
    store.watch("s", () => void woken++);
    await Promise.all([store.append(deltas("s", 1)), store.append(creation("t"))]);
    assertEquals(woken, 1);
    assertEquals(await store.count(), 2);
  });

  Deno.test(`${name}: a watcher may stop others, watch anew, append and rewrite while it is woken`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    const events: string[] = [];
    let later: Promise<unknown> | undefined;
    const stopFirst = store.watch("s", () => {
      events.push("first");
      store.watch("s", () => void events.push("new"));
      stopFirst();
      stopSecond();
      later = Promise.all([
        store.append(deltas("s", 2)).then(() => void events.push("appended")),
        store.rewrite("s", 3, "epo_2").then(() => void events.push("rewritten")),
      ]);
    });
    const stopSecond = store.watch("s", () => void events.push("second"));
    await store.append(deltas("s", 1));
    events.push("append returned");
    await later;
    // The new one is woken by the commits that come after its call: the append and the rewrite.
    assertEquals(events, ["first", "new", "new", "append returned", "appended", "rewritten"]);
    assertEquals(await store.head("s"), { epoch: "epo_2", seq: 3 });
  });

  Deno.test(`${name}: a commit that fails stores nothing of its batch, and the store goes on afterwards [E1, E5]`, async () => {
    let failure: StorageError | null = null;
    const beforeCommit = () => {
      if (failure) throw failure;
    };
    await using opened = await open({ beforeCommit });
    const { store } = opened;
    await store.append(creation("s", { title: "before" }));
    let woken = 0;
    store.watch("s", () => void woken++);
    failure = new StorageError("disk full", "full");
    const submit = { clientTurnId: "c", bodyHash: "h", turnId: "t", position: 0 };
    const search = [{ turnId: "t", role: "user" as const, text: "lost" }];
    const appends = [
      store.append({ ...deltas("s", 1), index: sampleIndex({ title: "after" }), submit, search }),
      store.append(deltas("s", 2)),
      store.append(creation("t")),
    ];
    const outcomes = await Promise.allSettled(appends);
    for (const outcome of outcomes) assert(outcome.status === "rejected" && outcome.reason === failure);
    failure = null;
    assertEquals(woken, 0);
    assertEquals((await store.head("s"))?.seq, 1);
    assertEquals((await readAll(store, "s")).length, 1);
    assertEquals((await store.find("s"))?.title, "before");
    assertEquals(await store.findSubmit("s", "c"), null);
    assertEquals((await store.list({ text: "lost", limit: 9 })).rows, []);
    assertEquals(await store.head("t"), null);

    await assertRejects(() => store.append(deltas("s", 3)), HeadMismatchError); // built on what failed
    await store.append({ ...deltas("s", 1), submit });
    await store.append(creation("t"));
    assertEquals((await store.head("s"))?.seq, 2);
    assertEquals(woken, 1);
  });

  Deno.test(`${name}: close() commits what waits and refuses what comes after`, async () => {
    const batches: number[] = [];
    await using opened = await open({ beforeCommit: (batch) => void batches.push(batch.length) });
    const { store } = opened;
    const appended = store.append(creation("s"));
    await store.close();
    await appended;
    assertEquals(batches, [1]);
    await assertRejects(() => store.append(deltas("s", 1)), StorageError, "closed");
    await assertRejects(() => store.read("s", 0, WHOLE), StorageError, "closed");
    await assertRejects(() => store.remove("s"), StorageError, "closed");
    await store.close();
  });
}
