/** What is kept beside the logs: rows of lists, submit keys, the full-text index. */
import { OptaError } from "@opta/protocol";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HeadMismatchError, type ListQuery, type SessionIndex, type Store } from "./store.ts";
import { creation, deltas, EPOCH, sampleIndex } from "./store_samples.ts";
import type { OpenStore } from "./store_suite.ts";

export function storeIndexSuite(name: string, open: OpenStore): void {
  Deno.test(`${name}: find() returns the index as the last append gave it`, async () => {
    await using opened = await open();
    const { store } = opened;
    assertEquals(await store.find("s"), null);
    await store.append(creation("s"));
    assertEquals(await store.find("s"), { ...sampleIndex(), sessionId: "s", epoch: EPOCH, headSeq: 1 });
    const index: SessionIndex = {
      title: "A title",
      model: "llama",
      tags: ["a", "b"],
      createdAt: "2026-02-01T00:00:00.000Z",
      updatedAt: "2026-02-02T00:00:00.000Z",
      activeTurnId: "turn",
      queuedTurns: 2,
      toolCallCount: 3,
      writerCount: 4,
    };
    await store.append({ ...deltas("s", 1), index });
    assertEquals(await store.find("s"), { ...index, sessionId: "s", epoch: EPOCH, headSeq: 2 });
    await store.append(deltas("s", 2));
    assertEquals(await store.find("s"), { ...index, sessionId: "s", epoch: EPOCH, headSeq: 3 });
  });

  Deno.test(`${name}: findSubmit() knows a submit as soon as its event is committed [S4]`, async () => {
    await using opened = await open();
    const { store } = opened;
    const submit = { clientTurnId: "c1", bodyHash: "hash", turnId: "turn", position: 3 };
    await store.append(creation("s"));
    await store.append(creation("t"));
    const appended = store.append({ ...deltas("s", 1), submit });
    assertEquals(await store.findSubmit("s", "c1"), null);
    await appended;
    assertEquals(await store.findSubmit("s", "c1"), submit);
    assertEquals(await store.findSubmit("t", "c1"), null);
    assertEquals(await store.findSubmit("s", "c2"), null);
  });

  Deno.test(`${name}: append() refuses a second turn for one clientTurnId, alone in its batch [S4]`, async () => {
    await using opened = await open();
    const { store } = opened;
    const submit = { clientTurnId: "c", bodyHash: "hash", turnId: "first", position: 0 };
    await store.append({ ...creation("s"), submit });
    const repeated = store.append({ ...deltas("s", 1), submit: { ...submit, turnId: "second" } });
    const beside = store.append({ ...deltas("s", 1), submit: { ...submit, clientTurnId: "d" } });
    const again = store.append({ ...deltas("s", 2), submit: { ...submit, clientTurnId: "d" } });
    await assertRejects(() => repeated, HeadMismatchError);
    await beside;
    await assertRejects(() => again, HeadMismatchError);
    assertEquals((await store.findSubmit("s", "c"))?.turnId, "first");
    assertEquals((await store.head("s"))?.seq, 2);
  });

  Deno.test(`${name}: unfinished() names sessions with an active or queued turn [X1]`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("idle"));
    await store.append(creation("queued", { queuedTurns: 1 }));
    await store.append(creation("active", { activeTurnId: "turn" }));
    assertEquals(await store.unfinished(), ["active", "queued"]);
    await store.append({ ...deltas("active", 1), index: sampleIndex() });
    assertEquals(await store.unfinished(), ["queued"]);
  });

  Deno.test(`${name}: list() pages through all sessions, latest first, each once`, async () => {
    await using opened = await open();
    const { store } = opened;
    // Three share each time, so that pages also end within equal times.
    const updatedAt = (i: number) => `2026-01-01T00:00:${String(Math.floor(i / 3)).padStart(2, "0")}.000Z`;
    for (let i = 0; i < 20; i++) await store.append(creation(`s${i % 7}-${i}`, { updatedAt: updatedAt(i) }));
    const all = (await store.list({ limit: 100 })).rows;
    assertEquals(all.length, 20);
    assertEquals(all.map((row) => row.updatedAt), all.map((row) => row.updatedAt).sort().reverse());
    assertEquals(await store.count(), 20);
    for (const limit of [1, 4, 5, 20]) {
      assertEquals((await pages(store, { limit })).flat(), all.map(({ sessionId }) => sessionId));
    }
    assertEquals((await pages(store, { limit: 5 })).length, 4);
  });

  Deno.test(`${name}: list() filters by tag, the whole of it`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("a", { tags: ["work", 'it\'s "odd"'] }));
    await store.append(creation("b", { tags: ["workshop"] }));
    const ids = async (tag: string) => (await pages(store, { limit: 9, tag })).flat();
    assertEquals([await ids("work"), await ids('it\'s "odd"'), await ids("wor")], [["a"], ["a"], []]);
  });

  Deno.test(`${name}: list() filters by model, time and text, all together`, async () => {
    await using opened = await open();
    const { store } = opened;
    const at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
    await store.append(creation("a", { model: "x", updatedAt: at(1), title: "Docker network" }));
    await store.append(creation("b", { model: "y", updatedAt: at(2), title: "Docker volumes" }));
    await store.append(creation("c", { model: "x", updatedAt: at(3), title: "Docker builds" }));
    await store.append(creation("d", { model: null, updatedAt: at(4) }));
    const ids = async (query: Partial<ListQuery>) => (await pages(store, { limit: 1, ...query })).flat();
    assertEquals(await ids({}), ["d", "c", "b", "a"]);
    assertEquals(await ids({ model: "x" }), ["c", "a"]);
    assertEquals(await ids({ since: at(2) }), ["d", "c", "b"]);
    assertEquals(await ids({ since: "2026-01-01T04:00:00+01:00" }), ["d", "c"]);
    assertEquals(await ids({ text: "docker" }), ["c", "b", "a"]);
    assertEquals(await ids({ text: "docker", model: "x", since: at(2) }), ["c"]);
  });

  Deno.test(`${name}: list() refuses a cursor that no list returned`, async () => {
    await using opened = await open();
    for (const cursor of ["", "x", "bm90IGpzb24", "eyJhIjoxfQ", "WyJhIl0"]) {
      const error = await assertRejects(() => opened.store.list({ limit: 1, cursor }), OptaError);
      assertEquals(error.code, "invalid_request");
    }
  });

  Deno.test(`${name}: list() finds words in messages and title, without case and accents`, async () => {
    await using opened = await open();
    const { store } = opened;
    const search = [
      { turnId: "1", role: "user" as const, text: "Wie läuft der Motor? (see foo-bar.ts, http://example.org)" },
      { turnId: "1", role: "assistant" as const, text: "Über die Kurbelwelle. 東京タワー 한국어 हिन्दी" },
    ];
    await store.append({ ...creation("s", { title: "Maschinenbau" }), search });
    await store.append(creation("other", { title: "Über den Wolken" }));
    const finds = async (text: string) => (await pages(store, { limit: 9, text })).flat();
    for (
      const text of [
        "motor",
        "LAUFT",
        "läuft",
        "kurbel",
        "foo-bar.ts",
        "example",
        "東京",
        "京",
        "한국어",
        "हिन्दी",
        "maschinenbau",
      ]
    ) {
      assertEquals(await finds(text), ["s"], text);
    }
    assertEquals(await finds("motor kurbelwelle maschinenbau"), ["s"]); // each in another text
    assertEquals(await finds("uber"), ["s", "other"]);
    assertEquals(await finds("motor wolken"), []);
    assertEquals(await finds("otor"), []);
    assertEquals(await finds("  "), ["s", "other"]);
    assertEquals(await finds("?!"), []);
  });

  Deno.test(`${name}: list() finds the present title and not an earlier one`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s", { title: "first" }));
    for (const [i, title] of ["second", "second", "third"].entries()) {
      await store.append({ ...deltas("s", 1 + i), index: sampleIndex({ title }) });
    }
    assertEquals((await pages(store, { limit: 9, text: "first" })).flat(), []);
    assertEquals((await pages(store, { limit: 9, text: "second" })).flat(), []);
    assertEquals((await pages(store, { limit: 9, text: "third" })).flat(), ["s"]);
  });

  Deno.test(`${name}: list() takes any text for words and never for a query language`, async () => {
    await using opened = await open();
    const { store } = opened;
    await store.append(creation("s", { title: "near and or not words" }));
    const texts = [
      '"',
      '""',
      "'",
      "words*",
      "words:x",
      "-words",
      "(words",
      "words)",
      "NEAR(words)",
      "words AND",
      "NOT",
      "OR",
      "^words",
      "{words}",
      "words + x",
      "\u0000words",
      "%",
      "; DROP TABLE sessions",
      "\ud800",
      "w".repeat(500),
      "a ".repeat(250),
    ];
    for (const text of texts) assert(Array.isArray((await store.list({ limit: 9, text })).rows), text);
    for (const text of ["NOT", "OR", "AND", "near", "(words", 'words"*']) {
      assertEquals((await store.list({ limit: 9, text })).rows.length, 1, text);
    }
  });
}

/** The session ids of all pages. */
async function pages(store: Store, query: ListQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null | undefined = undefined;
  while (cursor !== null) {
    const page: Awaited<ReturnType<Store["list"]>> = await store.list({ ...query, ...(cursor && { cursor }) });
    pages.push(page.rows.map(({ sessionId }) => sessionId));
    cursor = page.nextCursor;
    assert(pages.length <= 100, "a list comes to an end");
  }
  return pages;
}
