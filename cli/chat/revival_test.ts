import { assertEquals, assertRejects } from "@std/assert";
import type { ConnectionState } from "@opta/protocol/client";
import { Revival } from "./revival.ts";

const endpoint = { baseUrl: "http://127.0.0.1:1", token: "t" };
const reason = { code: "unreachable", message: "gone", retryable: true };
const waiting: ConnectionState = { kind: "waiting", retryAtMs: 0, reason };
const live: ConnectionState = { kind: "live", transport: "ws", sinceMs: 0 };
const { signal } = new AbortController();

function setUp(start: () => Promise<void> = () => Promise.resolve()) {
  const seen = { starts: 0, failures: [] as string[], nowMs: 0 };
  const revival = new Revival({
    find: () => Promise.resolve(endpoint),
    start: () => {
      seen.starts++;
      return start();
    },
    onFailure: (message) => seen.failures.push(message),
    now: () => seen.nowMs,
  });
  return { revival, seen };
}

Deno.test("Revival starts no daemon while one answers, nor at once", async () => {
  const { revival, seen } = setUp();
  assertEquals(await revival.endpoint(signal), endpoint);
  revival.watch(waiting);
  seen.nowMs = 1_999;
  assertEquals(await revival.endpoint(signal), endpoint);
  assertEquals(seen.starts, 0);
});

Deno.test("Revival starts a daemon when the old one has been gone for a while", async () => {
  const { revival, seen } = setUp();
  revival.watch(waiting);
  seen.nowMs = 1_000;
  revival.watch(waiting); // the time counts from the first
  seen.nowMs = 2_000;
  assertEquals(await revival.endpoint(signal), endpoint);
  assertEquals(seen.starts, 1);
});

Deno.test("Revival counts anew after a connection", async () => {
  const { revival, seen } = setUp();
  revival.watch(waiting);
  seen.nowMs = 5_000;
  revival.watch(live);
  revival.watch(waiting);
  await revival.endpoint(signal);
  assertEquals(seen.starts, 0);
});

Deno.test("Revival says once why no daemon comes back", async () => {
  const { revival, seen } = setUp(() => Promise.reject(new Error("no disk")));
  revival.watch(waiting);
  seen.nowMs = 2_000;
  await assertRejects(() => revival.endpoint(signal), Error, "no disk");
  await assertRejects(() => revival.endpoint(signal), Error, "no disk");
  assertEquals(seen.failures, ["no disk"]);
});
