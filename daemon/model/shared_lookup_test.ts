import { assert, assertEquals, assertRejects } from "@std/assert";
import { SharedLookup } from "./shared_lookup.ts";

const never = new AbortController().signal;

/** A lookup whose searches the test ends, and whose clock it sets. */
function setUp() {
  const searches: { signal: AbortSignal; end: PromiseWithResolvers<string> }[] = [];
  const clock = { nowMs: 0 };
  const lookup = new SharedLookup<string>({
    find: (signal) => {
      const end = Promise.withResolvers<string>();
      searches.push({ signal, end });
      return end.promise;
    },
    lifetime: () => ({ freshMs: 10, usableMs: 100 }),
    now: () => clock.nowMs,
  });
  /** Gives the lookup a value. */
  const know = async (value: string) => {
    const got = lookup.get(never);
    searches.at(-1)!.end.resolve(value);
    await got;
  };
  return { lookup, searches, clock, know };
}

Deno.test("get() looks up once for all who wait", async () => {
  const { lookup, searches } = setUp();
  const waiting = [lookup.get(never), lookup.get(never), lookup.refresh(never)];
  assertEquals(searches.length, 1);
  searches[0]!.end.resolve("a");
  assertEquals(await Promise.all(waiting), ["a", "a", "a"]);
  assertEquals(lookup.latest, "a");
});

Deno.test("get() hands out a fresh value without another lookup", async () => {
  const { lookup, searches, clock, know } = setUp();
  await know("a");
  clock.nowMs = 9;
  assertEquals(await lookup.get(never), "a");
  assertEquals(searches.length, 1);
});

Deno.test("get() hands out a stale value at once and refreshes it behind", async () => {
  const { lookup, searches, clock, know } = setUp();
  await know("a");
  clock.nowMs = 10;
  assertEquals(await lookup.get(never), "a");
  assertEquals(await lookup.get(never), "a");
  assertEquals(searches.length, 2);
  searches[1]!.end.resolve("b");
  assertEquals(await lookup.refresh(never), "b");
  assertEquals(await lookup.get(never), "b");
  assertEquals(searches.length, 2);
});

Deno.test("get() waits when the value is too old or forgotten", async () => {
  const { lookup, searches, clock, know } = setUp();
  await know("a");
  clock.nowMs = 100;
  const late = lookup.get(never);
  searches[1]!.end.resolve("b");
  assertEquals(await late, "b");
  lookup.forget();
  assertEquals(lookup.latest, null);
  const anew = lookup.get(never);
  searches[2]!.end.resolve("c");
  assertEquals(await anew, "c");
});

Deno.test("get() lets one caller give up without taking the lookup from the others", async () => {
  const { lookup, searches } = setUp();
  const abort = new AbortController();
  const impatient = lookup.get(abort.signal);
  const patient = lookup.get(never);
  abort.abort();
  assertEquals(await impatient, null);
  assert(!searches[0]!.signal.aborted);
  searches[0]!.end.resolve("a");
  assertEquals(await patient, "a");
});

Deno.test("get() does not look up for a caller that has given up already", async () => {
  const { lookup, searches } = setUp();
  assertEquals(await lookup.get(AbortSignal.abort()), null);
  assertEquals(searches.length, 0);
});

Deno.test("get() passes an error on to those who wait, and tries again", async () => {
  const { lookup, searches } = setUp();
  const failing = assertRejects(() => lookup.get(never), Error, "broken");
  searches[0]!.end.reject(new Error("broken"));
  await failing;
  const next = lookup.get(never);
  searches[1]!.end.resolve("a");
  assertEquals(await next, "a");
});

Deno.test("get() survives an error of a refresh behind a stale value", async () => {
  const { lookup, searches, clock, know } = setUp();
  await know("a");
  clock.nowMs = 50;
  assertEquals(await lookup.get(never), "a");
  searches[1]!.end.reject(new Error("broken"));
  await assertRejects(() => lookup.refresh(never), Error, "broken");
  assertEquals(await lookup.get(never), "a");
  searches[2]!.end.resolve("b");
});

Deno.test("disposal stops the lookup, waits for it, and leaves the callers without a value", async () => {
  const { lookup, searches } = setUp();
  const waiting = lookup.get(never);
  let disposed = false;
  const disposal = lookup[Symbol.asyncDispose]().then(() => disposed = true);
  assert(searches[0]!.signal.aborted);
  await Promise.resolve();
  assert(!disposed);
  searches[0]!.end.resolve("a");
  await disposal;
  assertEquals(await waiting, null);
  assertEquals(await lookup.get(never), null);
  assertEquals(searches.length, 1);
});
