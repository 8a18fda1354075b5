/** The log of a session: numbers, pages, bytes, rewriting, removing, leasing. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { HeadMismatchError, type PageLimit } from "./store.ts";
import { creation, deltas, EPOCH, readAll, sampleIndex, sampleLine, WHOLE } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

export function storeLogSuite(name: string, open: OpenStore): void {
  Deno.test(`${name}: append() numbers events from 1 without a gap [E1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    await store.append(deltas("s", 1, 3));
    await store.append(deltas("s", 4));
    assertEquals(await store.head("s"), { epoch: EPOCH, seq: 5 });
    assertEquals((await readAll(store, "s")).map(({ seq }) => seq), [1, 2, 3, 4, 5]);
    assertEquals((await store.find("s"))?.headSeq, 5);
  });

  Deno.test(`${name}: append() refuses another head, another epoch, an unknown and an existing session [E1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    await assertRejects(() => store.append(deltas("s", 0)), HeadMismatchError);
    await assertRejects(() => store.append(deltas("s", 2)), HeadMismatchError);
    await assertRejects(() => store.append({ ...deltas("s", 1), epoch: "epo_other" }), HeadMismatchError);
    await assertRejects(() => store.append(deltas("unknown", 0)), HeadMismatchError);
    await assertRejects(() => store.append(creation("s")), HeadMismatchError);
    await assertRejects(() => store.append({ ...creation("new"), expectedHead: 1 }), HeadMismatchError);
    await assertRejects(() => store.append({ ...deltas("new", 0), create: true }), TypeError, "index");
    assertEquals(await store.head("s"), { epoch: EPOCH, seq: 1 });
    assertEquals(await store.head("new"), null);
    assertEquals(await store.count(), 1);
  });

  Deno.test(`${name}: read() returns the very line that was appended [E6]`, async () => {
    await using opened = await open();
    const { store } = opened;
    const texts = [
      "\u0000\u001b[31m",
      "\u2028\u2029",
      "𝒳 é 東京 👩‍👩‍👧",
      '"epoch":"epo_1"',
      "\\u0000\\\"'%s",
      "\ud800",
      "a".repeat(300_000),
    ];
    const lines = texts.map((text, i) => sampleLine("s", i + 1, { text }));
    await store.append({ ...creation("s"), lines });
    assertEquals((await readAll(store, "s")).map(({ line }) => line), lines);
  });

  Deno.test(`${name}: read() keeps to the limits of a page, wherever in the log it begins`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append({ ...creation("s"), lines: [] });
    // More than any cache of a store holds, in lines of different length, some of them longer than a page.
    const lines = Array.from({ length: 700 }, (_, i) => sampleLine("s", i + 1, { text: "é".repeat((i * 37) % 900) }));
    for (let i = 0; i < lines.length; i += 50) {
      await store.append({ ...deltas("s", i), lines: lines.slice(i, i + 50) });
    }
    const limits: PageLimit[] = [
      { maxEvents: 1, maxBytes: 1_000_000 },
      { maxEvents: 64, maxBytes: 1_000_000 },
      { maxEvents: 333, maxBytes: 40_000 },
      { maxEvents: 1_000, maxBytes: 1_200 },
      { maxEvents: 0, maxBytes: 0 },
    ];
    for (const limit of limits) {
      const pages: string[][] = [];
      for (let seq = 0; seq < lines.length;) {
        const page = await store.read("s", seq, limit);
        pages.push(page.map(({ line }) => line));
        seq += page.length;
        assert(page.length > 0, "a page holds at least one line");
      }
      assertEquals(pages.flat(), lines);
      for (const [i, page] of pages.entries()) {
        const bytes = page.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
        const next = pages[i + 1]?.[0];
        if (page.length > 1) assert(page.length <= limit.maxEvents && bytes <= limit.maxBytes);
        if (next === undefined || page.length >= limit.maxEvents) continue;
        assert(bytes + Buffer.byteLength(next) > limit.maxBytes, "a page is as full as it may be");
      }
    }
  });

  Deno.test(`${name}: read() returns nothing at the head, beyond it, and of an unknown session`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    assertEquals(await store.read("s", 1, WHOLE), []);
    assertEquals(await store.read("s", 7, WHOLE), []);
    assertEquals(await store.read("unknown", 0, WHOLE), []);
  });

  Deno.test(`${name}: rewrite() cuts the log and gives every line the new epoch [E2]`, async () => {
    await using opened = await open();
    const { store } = opened;
    const payload = { text: `"epoch":"${EPOCH}"`, metadata: { epoch: EPOCH }, price: "$& $1" };
    const lines = [1, 2, 3, 4].map((seq) => sampleLine("s", seq, payload));
    await store.append({ ...creation("s"), lines });
    const lateSubmit = { clientTurnId: "late", bodyHash: "h", turnId: "t", position: 0 };
    const lateText = { turnId: "t", role: "user" as const, text: "late words" };
    await store.append({ ...deltas("s", 4), submit: lateSubmit, search: [lateText] });
    const wakes = counter();
    store.watch("s", wakes.count);

    await store.rewrite("s", 3, "epo_$&");

    assertEquals(await store.head("s"), { epoch: "epo_$&", seq: 3 });
    assertEquals((await store.find("s"))?.epoch, "epo_$&");
    const kept = await readAll(store, "s");
    const expected = lines.slice(0, 3).map((line) => JSON.stringify({ ...JSON.parse(line), epoch: "epo_$&" }));
    assertEquals(kept.map(({ line }) => line), expected);
    assertEquals(wakes.total, 1);
    assertEquals(await store.findSubmit("s", "late"), null);
    assertEquals((await store.list({ text: "late", limit: 9 })).rows, []);
    await assertRejects(() => store.append(deltas("s", 3)), HeadMismatchError);
    await store.append({ ...deltas("s", 3), epoch: "epo_$&" });
    assertEquals((await store.head("s"))?.seq, 4);
  });

  Deno.test(`${name}: rewrite() leaves a line as it is in which the epoch does not stand`, async () => {
    await using opened = await open();
    const { store } = opened;
    const lines = ['{"torn":', sampleLine("s", 2)];
    await store.append({ ...creation("s"), lines });
    await store.rewrite("s", 2, "epo_2");
    const kept = (await readAll(store, "s")).map(({ line }) => line);
    assertEquals(kept, ['{"torn":', sampleLine("s", 2).replace(EPOCH, "epo_2")]);
  });

  Deno.test(`${name}: rewrite() comes after the appends that were called before it [E1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    const created = store.append({ ...creation("s"), lines: [1, 2, 3].map((seq) => sampleLine("s", seq)) });
    await store.rewrite("s", 2, "epo_2");
    await created;
    const lines = await readAll(store, "s");
    assertEquals(lines.length, 2);
    for (const { line } of lines) assertStringIncludes(line, '"epoch":"epo_2"');
  });

  Deno.test(`${name}: remove() leaves nothing of a session, and a new one of the same id begins at 1`, async () => {
    await using opened = await open();
    const { store } = opened;
    const submit = { clientTurnId: "c", bodyHash: "h", turnId: "t", position: 0 };
    const search = [{ turnId: "t", role: "user" as const, text: "alpha" }];
    await store.append({ ...creation("s", { title: "beta", queuedTurns: 1 }), submit, search });
    await store.append(creation("other", { title: "alpha" }));
    await store.lease("s", "owner", 1_000);

    await store.remove("s");

    assertEquals(await store.head("s"), null);
    assertEquals(await store.find("s"), null);
    assertEquals(await store.read("s", 0, WHOLE), []);
    assertEquals(await store.findSubmit("s", "c"), null);
    assertEquals(await store.unfinished(), []);
    assertEquals(await store.count(), 1);
    assertEquals((await store.list({ text: "alpha", limit: 9 })).rows.map(({ sessionId }) => sessionId), ["other"]);
    assertEquals((await store.list({ text: "beta", limit: 9 })).rows, []);
    assert(await store.lease("s", "another", 1_000));
    await assertRejects(() => store.append(deltas("s", 1)), HeadMismatchError);
    await store.append(creation("s"));
    assertEquals((await readAll(store, "s")).map(({ line }) => line), [sampleLine("s", 1)]);
    await store.remove("unknown");
  });

  Deno.test(`${name}: watch() goes on through the removal of the session and its return`, async () => {
    await using opened = await open();
    const { store } = opened;
    const wakes = counter();
    const stop = store.watch("s", wakes.count);
    await store.append(creation("s"));
    assertEquals(wakes.total, 1);
    await store.remove("s");
    assertEquals(wakes.total, 2);
    await store.append(creation("s"));
    assertEquals(wakes.total, 3);
    stop();
    stop();
    await store.append(deltas("s", 1));
    assertEquals(wakes.total, 3);
  });

  Deno.test(`${name}: lease() has one owner at a time, until it is released or runs out`, async () => {
    let now = 1_000;
    await using opened = await open({ now: () => now });
    const { store } = opened;
    assertEquals(await store.lease("s", "a", 100), true);
    assertEquals(await store.lease("s", "b", 100), false);
    assertEquals(await store.lease("other", "b", 100), true);
    now += 60;
    assertEquals(await store.lease("s", "a", 100), true); // renewed
    now += 60;
    assertEquals(await store.lease("s", "b", 100), false);
    await store.release("s", "b"); // not the owner
    assertEquals(await store.lease("s", "b", 100), false);
    now += 40;
    assertEquals(await store.lease("s", "b", 100), true); // ran out
    await store.release("s", "a"); // no longer the owner
    assertEquals(await store.lease("s", "a", 100), false);
    await store.release("s", "b");
    assertEquals(await store.lease("s", "a", 100), true);
  });

  Deno.test(`${name}: append() without lines changes the index and moves no head`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    const wakes = counter();
    store.watch("s", wakes.count);
    await store.append({ ...deltas("s", 1, 0), durability: "synced", index: sampleIndex({ title: "new" }) });
    assertEquals((await store.find("s"))?.title, "new");
    assertEquals((await store.head("s"))?.seq, 1);
    assertEquals(wakes.total, 0);
  });
}

function counter() {
  const counter = { total: 0, count: () => void counter.total++ };
  return counter;
}
