/** Two stores that get the same calls, failures included, answer the same: the one in memory is a model of the other. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { MemoryStore } from "./memory_store.ts";
import { SqliteStore } from "./sqlite_store.ts";
import { type Append, type ListQuery, StorageError, type Store } from "./store.ts";
import { readUsage, sampleIndex, sampleLine, sampleUsage, WHOLE } from "./store_samples.ts";

const SESSIONS = ["a", "b", "c"] as const;

type Act =
  | { kind: "append"; session: string; offset: number; lines: number; words: string; key: number; create: boolean }
  | { kind: "rewrite"; session: string; keep: number }
  | { kind: "remove" | "delete" | "restore" | "purge"; session: string };
/** Acts that are called in one moment; `fails`: their commit fails. */
interface Step {
  acts: Act[];
  fails: boolean;
}

const session = fc.constantFrom(...SESSIONS);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      session,
      /** How far the caller is from the head; mostly it is right. */
      offset: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
      lines: fc.nat(3),
      words: fc.constantFrom("alpha beta", "beta", "gamma", ""),
      key: fc.nat(12),
      create: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rewrite" as const), session, keep: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), session }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("delete" as const, "restore" as const, "purge" as const), session }),
  },
);
const step: fc.Arbitrary<Step> = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 6 }),
  fails: fc.constantFrom(false, false, false, true),
});

Deno.test("SqliteStore and MemoryStore answer the same to the same calls [E1, E2, E5, S4]", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = await Deno.makeTempDir({ prefix: "opta-stores-" });
      try {
        let fails = false;
        const beforeCommit = () => {
          if (fails) throw new StorageError("injected", "full");
        };
        await using memory = new MemoryStore({ beforeCommit });
        await using sqlite = await SqliteStore.open({ path: join(folder, "x.db"), bootId: "boot", beforeCommit });
        for (const [i, step] of steps.entries()) {
          fails = step.fails;
          assertEquals(await run(sqlite, step.acts, i), await run(memory, step.acts, i));
          fails = false;
          assertEquals(await everything(sqlite), await everything(memory));
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
    { numRuns: 40 },
  );
});

/** What each act came to, and what woke followers, in order. */
async function run(store: Store, acts: Act[], step: number): Promise<string[]> {
  const heads = new Map<string, { epoch: string; seq: number } | null>();
  for (const session of SESSIONS) heads.set(session, await store.head(session));
  const events: string[] = [];
  const stops = SESSIONS.map((session) => store.watch(session, () => void events.push(`wake ${session}`)));
  const outcomes = acts.map((act, i) => {
    const label = `${i} ${act.kind}`;
    return perform(store, act, heads, `${step}.${i}`).then(
      () => void events.push(label),
      (error: Error) => void events.push(`${label}: ${error.name} ${error.message}`),
    );
  });
  await Promise.all(outcomes);
  for (const stop of stops) stop();
  return events;
}

function perform(
  store: Store,
  act: Act,
  heads: Map<string, { epoch: string; seq: number } | null>,
  id: string,
): Promise<unknown> {
  switch (act.kind) {
    case "append": {
      const head = heads.get(act.session) ?? null;
      const append = buildAppend(act, head, id);
      heads.set(act.session, { epoch: append.epoch, seq: append.expectedHead + append.lines.length });
      return store.append(append);
    }
    case "rewrite":
      return store.rewrite(act.session, act.keep, `epo_${id}`);
    case "remove":
      return store.remove(act.session);
    case "delete":
      return store.delete(act.session, { deletedAt: `2026-02-01 ${id}`, purgeAt: `2026-02-08 ${id}` });
    case "restore":
      return store.restore(act.session);
    case "purge":
      return store.purge(act.session);
    default:
      return act satisfies never;
  }
}

function buildAppend(act: Act & { kind: "append" }, head: { epoch: string; seq: number } | null, id: string): Append {
  const create = act.create || head === null;
  const expectedHead = create && head === null ? 0 : Math.max(0, (head?.seq ?? 0) + act.offset);
  return {
    sessionId: act.session,
    epoch: head?.epoch ?? "epo_1",
    expectedHead,
    lines: Array.from({ length: act.lines }, (_, i) => sampleLine(act.session, expectedHead + 1 + i, { id })),
    durability: act.key % 2 ? "synced" : "written",
    ...(create && { create: true }),
    ...((create || act.key > 8) && {
      index: sampleIndex({
        title: act.words,
        queuedTurns: act.key % 3,
        updatedAt: `2026-01-01T00:00:0${act.key % 5}.000Z`,
      }),
    }),
    ...(act.key < 6 && { submit: { clientTurnId: `c${act.key}`, bodyHash: id, turnId: id, position: 0 } }),
    ...(act.lines > 1 && { search: [{ turnId: id, role: "user", text: act.words }] }),
    ...(act.key % 3 === 0 && act.lines > 0 && {
      usage: [sampleUsage(`turn_${act.key}`, {
        seq: expectedHead + 1,
        endedAt: `2026-01-01T00:00:0${act.key % 5}.000Z`,
        model: act.key > 5 ? null : "llama",
        promptTokens: expectedHead,
      })],
    }),
  };
}

/** All that can be read. */
async function everything(store: Store) {
  const queries: ListQuery[] = [{ limit: 2 }, { limit: 9, text: "alpha" }, { limit: 9, text: "bet gamma" }];
  const sessions = SESSIONS.map(async (session) => {
    const lines = await store.read(session, 0, WHOLE);
    for (const [i, { seq }] of lines.entries()) assert(seq === i + 1);
    const keys = await Promise.all(Array.from({ length: 6 }, (_, key) => store.findSubmit(session, `c${key}`)));
    return { lines, keys, head: await store.head(session), row: await store.find(session) };
  });
  return {
    sessions: await Promise.all(sessions),
    lists: await Promise.all(queries.map((query) => store.list(query))),
    usage: await Promise.all([{}, { sessionId: "a" }, { model: "llama", since: "2026-01-01T00:00:01.000Z" }].map(
      async (filter) => (await readUsage(store, filter)).map((turn) => JSON.stringify(sortedKeys(turn))).sort(),
    )),
    unfinished: await store.unfinished(),
    count: await store.count(),
    deleted: await Promise.all(queries.map((query) => store.listDeleted(query))),
    nextToPurge: await store.nextToPurge(9),
    deletedCount: await store.countDeleted(),
  };
}

function sortedKeys(turn: object): [string, unknown][] {
  return Object.entries(turn).sort(([a], [b]) => a < b ? -1 : 1);
}
