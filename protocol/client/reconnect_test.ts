import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { ErrorBody } from "../error.ts";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import { WS_RETRY_AFTER_MS } from "./fallback.ts";
import {
  backoffMs,
  begin,
  CONNECT_TIMEOUT_MS,
  type Input,
  MAX_BACKOFF_MS,
  MIN_BACKOFF_MS,
  type Reconnect,
  STABLE_AFTER_MS,
  step,
  timerMs,
} from "./reconnect.ts";

const noChance = () => 0;
const lost: ErrorBody = { code: "connection_lost", message: "The socket closed.", retryable: true };
const noSession: ErrorBody = { code: "not_found", message: "There is no session.", retryable: false };
const closed: ErrorBody = { code: "closed", message: "Left.", retryable: false };

/** Feeds inputs, each with the moment at which it comes. */
function run(state: Reconnect, ...inputs: [atMs: number, input: Input][]): Reconnect {
  return inputs.reduce((state, [atMs, input]) => step(state, input, atMs, noChance), state);
}

const connecting = begin("ws", 0);
const replaying = run(connecting, [10, { type: "opened" }]);
const live = run(replaying, [20, { type: "replayed" }]);
const waiting = run(live, [30, { type: "ended", reason: lost }]);

Deno.test("begin() connects at once, over the transport that was chosen", () => {
  assertEquals(begin("ws", 0).connection, { kind: "connecting", transport: "ws" });
  assertEquals(begin("sse", 0).connection, { kind: "connecting", transport: "sse" });
  assertEquals(begin("auto", 0).connection, { kind: "connecting", transport: "ws" });
});

Deno.test("step() goes from connecting over replaying to live [R1]", () => {
  assertEquals(replaying.connection, { kind: "replaying", transport: "ws" });
  assertEquals(live.connection, { kind: "live", transport: "ws", sinceMs: 20 });
});

Deno.test("step() gives up connecting when no answer comes", () => {
  assertEquals(timerMs(connecting, 0), CONNECT_TIMEOUT_MS);
  const { connection } = run(connecting, [CONNECT_TIMEOUT_MS, { type: "timer" }]);
  assertEquals(connection.kind === "waiting" && connection.reason.code, "no_answer");
});

for (const [name, state] of Object.entries({ connecting, replaying, live })) {
  Deno.test(`step() waits after the connection ended while ${name}, then connects again`, () => {
    const after = run(state, [100, { type: "ended", reason: lost }]);
    assertEquals(after.connection, { kind: "waiting", retryAtMs: 100 + MIN_BACKOFF_MS / 2, reason: lost });
    assertEquals(timerMs(after, 100), MIN_BACKOFF_MS / 2);
    assertEquals(run(after, [150, { type: "timer" }]).connection, { kind: "connecting", transport: "ws" });
  });

  Deno.test(`step() closes for good when trying again is of no use, while ${name}`, () => {
    const after = run(state, [100, { type: "ended", reason: noSession }]);
    assertEquals(after.connection, { kind: "closed", reason: noSession });
    assertEquals(timerMs(after, 100), null);
  });
}

for (const [name, state] of Object.entries({ connecting, replaying, live, waiting })) {
  Deno.test(`step() closes on request while ${name}`, () => {
    assertEquals(run(state, [100, { type: "close", reason: closed }]).connection, { kind: "closed", reason: closed });
  });
}

Deno.test("step() tries again after refusals that another token, a fresh state or time may cure", () => {
  for (const code of ["unauthorized", "resync_required", "internal"]) {
    const reason = { code, message: "", retryable: false };
    assertEquals(run(connecting, [1, { type: "ended", reason }]).connection.kind, "waiting");
  }
});

Deno.test("step() leaves a connection on which events are missing [R1]", () => {
  for (const state of [replaying, live]) {
    const { connection } = run(state, [100, { type: "gap" }]);
    assertEquals(connection.kind === "waiting" && connection.reason.code, "gap");
  }
});

Deno.test("step() subscribes again when a heartbeat shows that it is behind [R4]", () => {
  const { connection } = run(live, [100, { type: "heartbeat", isBehind: true }]);
  assertEquals(connection.kind === "waiting" && connection.reason.code, "gap");
  assertStrictEquals(run(live, [100, { type: "heartbeat", isBehind: false }]).connection, live.connection);
});

Deno.test("step() lets a replay be behind while events come, and not when only heartbeats do [R4]", () => {
  const behind: Input = { type: "heartbeat", isBehind: true };
  const once = run(replaying, [100, behind]);
  assertStrictEquals(once.connection, replaying.connection);
  assertStrictEquals(run(once, [110, { type: "event" }], [120, behind]).connection, replaying.connection);
  assertEquals(run(once, [110, behind]).connection.kind, "waiting");
});

Deno.test("step() takes a heartbeat that it is not behind for the end of the replay [R4]", () => {
  const { connection } = run(replaying, [100, { type: "heartbeat", isBehind: false }]);
  assertEquals(connection, { kind: "live", transport: "ws", sinceMs: 100 });
});

Deno.test("step() subscribes again after 40 s without any frame, counted from the last one [R4]", () => {
  for (const state of [replaying, live]) {
    for (const frame of [{ type: "event" }, { type: "heartbeat", isBehind: false }] satisfies Input[]) {
      const heard = run(state, [1_000, frame]);
      assertEquals(timerMs(heard, 1_000), SILENCE_LIMIT_MS);
      const early = run(heard, [SILENCE_LIMIT_MS, { type: "timer" }]);
      assertStrictEquals(early.connection, heard.connection);
      assertEquals(timerMs(early, SILENCE_LIMIT_MS), 1_000);
      const { connection } = run(early, [SILENCE_LIMIT_MS + 1_000, { type: "timer" }]);
      assertEquals(connection.kind === "waiting" && connection.reason.code, "silence");
    }
  }
});

Deno.test("timerMs() does not wait longer for a clock that was set back [R4]", () => {
  assertEquals(timerMs({ ...live, lastFrameAtMs: 3_600_000 }, 0), SILENCE_LIMIT_MS);
});

Deno.test("backoffMs() doubles from 100 ms to 10 s, half of it by chance", () => {
  assertEquals(backoffMs(0, () => 0), MIN_BACKOFF_MS / 2);
  assertEquals(backoffMs(3, () => 0), MIN_BACKOFF_MS * 4);
  fc.assert(fc.property(fc.nat(2_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
    const full = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** failures);
    const ms = backoffMs(failures, () => chance);
    assertEquals(ms >= full / 2 && ms < full, true);
  }));
});

Deno.test("step() waits longer after each failure, until a connection was stable", () => {
  const waitOf = ({ connection }: Reconnect, nowMs: number) =>
    connection.kind === "waiting" ? connection.retryAtMs - nowMs : NaN;
  const again: [number, Input][] = [[200, { type: "timer" }], [210, { type: "opened" }], [220, { type: "replayed" }]];

  const relived = run(waiting, ...again);
  const soon = run(relived, [220 + STABLE_AFTER_MS - 1, { type: "ended", reason: lost }]);
  assertEquals(waitOf(soon, 220 + STABLE_AFTER_MS - 1), MIN_BACKOFF_MS);

  const late = run(relived, [220 + STABLE_AFTER_MS, { type: "ended", reason: lost }]);
  assertEquals(waitOf(late, 220 + STABLE_AFTER_MS), MIN_BACKOFF_MS / 2);
});

Deno.test("step() ignores what does not concern its state", () => {
  const ended: Input = { type: "ended", reason: lost };
  const gap: Input = { type: "gap" };
  const behind: Input = { type: "heartbeat", isBehind: true };
  for (const input of [ended, gap, behind, { type: "opened" }, { type: "event" }] satisfies Input[]) {
    assertStrictEquals(run(waiting, [100, input]).connection, waiting.connection);
  }
  for (const input of [gap, behind, { type: "event" }] satisfies Input[]) {
    assertStrictEquals(run(connecting, [100, input]).connection, connecting.connection);
  }
  const over = run(live, [100, { type: "close", reason: closed }]);
  for (const input of [ended, gap, { type: "opened" }, { type: "timer" }] satisfies Input[]) {
    assertStrictEquals(run(over, [200, input]), over);
  }
});

/** Fails `n` attempts in a row, each at once, and ends up connecting. */
function failToOpen(state: Reconnect, n: number, atMs = 0): Reconnect {
  for (let i = 0; i < n; i++) state = run(state, [atMs, { type: "ended", reason: lost }], [atMs, { type: "timer" }]);
  return state;
}

function transportOf({ connection }: Reconnect): string {
  return "transport" in connection ? connection.transport : connection.kind;
}

Deno.test("auto falls back to SSE after two WebSockets that never opened, and to the WebSocket when that fails too", () => {
  const sequence = [0, 1, 2, 3, 4, 5].map((n) => transportOf(failToOpen(begin("auto", 0), n)));
  assertEquals(sequence, ["ws", "ws", "sse", "ws", "ws", "sse"]);
});

Deno.test("auto stays with the WebSocket once one has opened", () => {
  const opened = run(begin("auto", 0), [1, { type: "opened" }]);
  assertEquals(transportOf(failToOpen(opened, 5)), "ws");
});

Deno.test("ws and sse never change over", () => {
  assertEquals(transportOf(failToOpen(begin("ws", 0), 5)), "ws");
  assertEquals(transportOf(failToOpen(begin("sse", 0), 5)), "sse");
});

Deno.test("auto goes on with SSE after a short while on it, and looks for the WebSocket again after a long one", () => {
  const onSse = run(failToOpen(begin("auto", 0), 2), [1_000, { type: "opened" }]);
  const lostAt = (atMs: number) => run(onSse, [atMs, { type: "ended", reason: lost }], [atMs, { type: "timer" }]);
  assertEquals(transportOf(lostAt(1_000 + WS_RETRY_AFTER_MS - 1)), "sse");
  const looking = lostAt(1_000 + WS_RETRY_AFTER_MS);
  assertEquals(transportOf(looking), "ws");
  assertEquals(transportOf(failToOpen(looking, 1, 70_000)), "sse");
});

const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>({ type: "opened" }, { type: "event" }, { type: "replayed" }, { type: "gap" }),
  fc.constantFrom<Input>({ type: "timer" }, { type: "ended", reason: lost }),
  fc.boolean().map((isBehind): Input => ({ type: "heartbeat", isBehind })),
);

Deno.test("step() makes a new connection object exactly when its kind changes", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50_000), anyInput)), (steps) => {
    let state = begin("auto", 0);
    let nowMs = 0;
    for (const [laterMs, input] of steps) {
      const before = state.connection;
      nowMs += laterMs;
      state = step(state, input, nowMs, noChance);
      assertEquals(state.connection !== before, state.connection.kind !== before.kind);
    }
  }));
});

Deno.test("step() connects again within a minute when nothing but its timers comes, whatever came before", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50_000), anyInput)), (steps) => {
    let nowMs = 0;
    let state = begin("auto", 0);
    for (const [laterMs, input] of steps) state = step(state, input, nowMs += laterMs, noChance);
    let waitedMs = 0;
    while (state.connection.kind !== "connecting") {
      const waitMs = Math.max(0, timerMs(state, nowMs) ?? Infinity);
      waitedMs += waitMs;
      assertLess(waitedMs, 60_000);
      state = step(state, { type: "timer" }, nowMs += waitMs, noChance);
    }
  }));
});
