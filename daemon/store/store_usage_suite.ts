/** What ended turns used: when it shows, what it survives, and how it is asked for. */
import { assertEquals, assertRejects } from "@std/assert";
import { StorageError } from "./store.ts";
import { creation, deltas, readUsage, sampleUsage } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

export function storeUsageSuite(name: string, open: OpenStore): void {
  Deno.test(`${name}: usage() has a turn as soon as the event that ended it is committed, and once`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    const usage = sampleUsage("turn", { seq: 2, source: "estimated", estimatedBy: "server", toolCalls: 3 });
    const appended = store.append({ ...deltas("s", 1), usage: [usage] });
    const before = readUsage(store);
    await appended;
    assertEquals(await before, []);
    assertEquals(await readUsage(store), [{ ...usage, sessionId: "s" }]);
    await store.append({ ...deltas("s", 2), usage: [{ ...usage, seq: 3, promptTokens: 99 }] });
    assertEquals(await readUsage(store), [{ ...usage, sessionId: "s" }]);
    assertEquals(await store.usageIsComplete(), true);
  });

  Deno.test(`${name}: a commit that fails keeps no usage of its batch`, async () => {
    let fails = false;
    const beforeCommit = () => {
      if (fails) throw new StorageError("disk full", "full");
    };
    await using opened = await open({ beforeCommit });
    const { store } = opened;
    await store.append(creation("s"));
    fails = true;
    await assertRejects(() => store.append({ ...deltas("s", 1), usage: [sampleUsage("turn")] }), StorageError);
    fails = false;
    assertEquals(await readUsage(store), []);
    await store.append({ ...deltas("s", 1), usage: [sampleUsage("turn")] });
    assertEquals((await readUsage(store)).length, 1);
  });

  Deno.test(`${name}: usage() filters by time, session and model, all together`, async () => {
    await using opened = await open();
    const { store } = opened;
    const at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
    await store.append(creation("a"));
    await store.append(creation("b"));
    const turns = [sampleUsage("1", { endedAt: at(1) }), sampleUsage("3", { endedAt: at(3), model: null })];
    await store.append({ ...deltas("a", 1), usage: turns });
    await store.append({ ...deltas("b", 1), usage: [sampleUsage("2", { endedAt: at(2) })] });
    const ids = async (filter: Parameters<typeof readUsage>[1]) =>
      (await readUsage(store, filter)).map(({ turnId }) => turnId);
    assertEquals(await ids({}), ["1", "2", "3"]);
    assertEquals(await ids({ since: at(2) }), ["2", "3"]);
    assertEquals(await ids({ until: at(2) }), ["1"]);
    assertEquals(await ids({ sessionId: "a" }), ["1", "3"]);
    assertEquals(await ids({ model: "llama" }), ["1", "2"]);
    assertEquals(await ids({ sessionId: "a", model: "llama", since: at(1), until: at(3) }), ["1"]);
    assertEquals(await ids({ sessionId: "none" }), []);
  });

  Deno.test(`${name}: usage() gives each of many turns once, in the order of their ends`, async () => {
    await using opened = await open();
    const { store } = opened;
    const second = (i: number) => `2026-01-01T00:00:${String(i % 50).padStart(2, "0")}.000Z`; // many at the same time
    await store.append(creation("a"));
    await store.append(creation("b"));
    for (const [s, session] of ["a", "b"].entries()) {
      const usage = Array.from({ length: 700 }, (_, i) => sampleUsage(`${session}${i}`, { endedAt: second(i + s) }));
      await store.append({ ...deltas(session, 1), usage });
    }
    const turns = await readUsage(store);
    assertEquals(turns.length, 1_400);
    assertEquals(new Set(turns.map(({ turnId }) => turnId)).size, 1_400);
    assertEquals(turns.map(({ endedAt }) => endedAt), turns.map(({ endedAt }) => endedAt).sort());
  });

  Deno.test(`${name}: rewrite() takes the usage of the turns that it cuts, and of no others [E2]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s"));
    const usage = [sampleUsage("kept", { seq: 2 }), sampleUsage("cut", { seq: 3 })];
    await store.append({ ...deltas("s", 1, 2), usage });
    await store.rewrite("s", 2, "epo_2");
    assertEquals((await readUsage(store)).map(({ turnId }) => turnId), ["kept"]);
    const again = sampleUsage("cut", { seq: 3, promptTokens: 7 });
    await store.append({ ...deltas("s", 2), epoch: "epo_2", usage: [again] });
    assertEquals((await readUsage(store)).map(({ promptTokens }) => promptTokens).sort(), [10, 7]);
  });

  Deno.test(`${name}: remove() leaves the usage of a session and forgets whose it was`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append({ ...creation("s", { title: "secret" }), usage: [sampleUsage("turn")] });
    await store.remove("s");
    assertEquals(await readUsage(store), [{ ...sampleUsage("turn"), sessionId: null }]);
    assertEquals(await readUsage(store, { sessionId: "s" }), []);
    await store.append({ ...creation("s"), usage: [sampleUsage("turn", { promptTokens: 1 })] }); // another with its id
    assertEquals((await readUsage(store, { sessionId: "s" })).map(({ promptTokens }) => promptTokens), [1]);
    assertEquals((await readUsage(store)).length, 2);
  });

  Deno.test(`${name}: usage() of a closed store fails as everything else does`, async () => {
    await using opened = await open();
    await opened.store.close();
    await assertRejects(() => readUsage(opened.store), StorageError, "closed");
  });
}
