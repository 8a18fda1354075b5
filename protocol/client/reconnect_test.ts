import { assert, assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { ErrorBody } from "../error.ts";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import { MAX_PROBE_WAIT_MS, PROBE_TIMEOUT_MS, STABLE_AFTER_MS } from "./fallback.ts";
import {
  backoffMs,
  begin,
  CONNECT_TIMEOUT_MS,
  FIRST_FRAME_TIMEOUT_MS,
  type Input,
  isProbing,
  MAX_BACKOFF_MS,
  MIN_BACKOFF_MS,
  type Reconnect,
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
  assertStrictEquals(run(once, [110, { type: "frame" }], [120, behind]).connection, replaying.connection);
  assertEquals(run(once, [110, behind]).connection.kind, "waiting");
});

Deno.test("step() takes a heartbeat that it is not behind for the end of the replay [R4]", () => {
  const { connection } = run(replaying, [100, { type: "heartbeat", isBehind: false }]);
  assertEquals(connection, { kind: "live", transport: "ws", sinceMs: 100 });
});

Deno.test("step() subscribes again after 40 s without any frame, counted from the last one [R4]", () => {
  for (const state of [replaying, live]) {
    for (const frame of [{ type: "frame" }, { type: "heartbeat", isBehind: false }] satisfies Input[]) {
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
  for (const input of [ended, gap, behind, { type: "opened" }, { type: "frame" }] satisfies Input[]) {
    assertStrictEquals(run(waiting, [100, input]).connection, waiting.connection);
  }
  for (const input of [gap, behind, { type: "frame" }] satisfies Input[]) {
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

Deno.test("auto goes over to SSE after two WebSockets that did not open, and back when that fails too", () => {
  const sequence = [0, 1, 2, 3, 4, 5].map((n) => transportOf(failToOpen(begin("auto", 0), n)));
  assertEquals(sequence, ["ws", "ws", "sse", "ws", "ws", "sse"]);
});

Deno.test("auto goes over to SSE also when a WebSocket has worked before, and something now blocks it", () => {
  const worked = run(begin("auto", 0), [1, { type: "opened" }], [2, { type: "replayed" }]);
  const lostIt = run(worked, [900_000, { type: "ended", reason: lost }], [900_100, { type: "timer" }]);
  assertEquals(transportOf(lostIt), "ws");
  assertEquals(transportOf(failToOpen(lostIt, 2, 900_200)), "sse");
});

Deno.test("ws and sse never change over", () => {
  assertEquals(transportOf(failToOpen(begin("ws", 0), 5)), "ws");
  assertEquals(transportOf(failToOpen(begin("sse", 0), 5)), "sse");
  const live = run(begin("sse", 0), [1, { type: "opened" }], [2, { type: "replayed" }]);
  assertEquals([isProbing(live), timerMs(live, 2)], [false, SILENCE_LIMIT_MS]);
});

Deno.test("auto leaves a WebSocket that opens and says nothing within ten seconds, for SSE", () => {
  const mute = run(begin("auto", 0), [10, { type: "opened" }]);
  assertEquals(timerMs(mute, 10), FIRST_FRAME_TIMEOUT_MS);
  const left = run(mute, [10 + FIRST_FRAME_TIMEOUT_MS, { type: "timer" }]);
  assertEquals(left.connection.kind === "waiting" && left.connection.reason.code, "silence");
  assertEquals(transportOf(run(left, [10_100, { type: "timer" }])), "sse");
  assertEquals(
    timerMs(run(mute, [20, { type: "frame" }]), 20),
    SILENCE_LIMIT_MS,
    "the answer to hello is a sign of life",
  );
});

Deno.test("auto leaves a WebSocket whose opening or replay stands still, for SSE", () => {
  const unanswered = run(begin("auto", 0), [CONNECT_TIMEOUT_MS, { type: "timer" }], [10_100, { type: "timer" }]);
  assertEquals(transportOf(unanswered), "sse");
  const stuck = run(begin("auto", 0), [1, { type: "opened" }], [2, { type: "frame" }]);
  const later = 2 + SILENCE_LIMIT_MS;
  assertEquals(transportOf(run(stuck, [later, { type: "timer" }], [later + 100, { type: "timer" }])), "sse");
});

/** Live on SSE since the moment 1,000. */
const onSse = run(failToOpen(begin("auto", 0), 2), [900, { type: "opened" }], [1_000, { type: "replayed" }]);

/** Feeds timers, each when it is wanted and heartbeats in between, until the WebSocket is looked at. */
function untilProbe(state: Reconnect, nowMs: number): { state: Reconnect; nowMs: number } {
  while (!isProbing(state)) {
    nowMs += timerMs(state, nowMs) ?? NaN;
    state = run(state, [nowMs, { type: "heartbeat", isBehind: false }], [nowMs, { type: "timer" }]);
  }
  return { state, nowMs };
}

Deno.test("auto looks at the WebSocket beside a live event stream, and goes over when it delivers", () => {
  const { state, nowMs } = untilProbe(onSse, 1_000);
  assertStrictEquals(state.connection, onSse.connection, "the stream stays");
  assertLess(nowMs, 10_000);
  const over = run(state, [nowMs + 5, { type: "probed", isGood: true }]);
  assertEquals(over.connection, { kind: "live", transport: "ws", sinceMs: nowMs + 5 });
  assertEquals(isProbing(over), false);
});

Deno.test("auto looks again after twice the time, up to five minutes, also when a probe does not end by itself", () => {
  let now = untilProbe(onSse, 1_000);
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    const end = i % 2 ? now.nowMs + PROBE_TIMEOUT_MS : now.nowMs + 1;
    const vain: Input = i % 2 ? { type: "timer" } : { type: "probed", isGood: false };
    const rested = run(now.state, [end, { type: "heartbeat", isBehind: false }], [end, vain]);
    assertEquals(isProbing(rested), false);
    now = untilProbe(rested, end);
    waits.push((now.nowMs - end) / 1_000);
  }
  assertEquals(waits, [5, 10, 20, 40, 80, 150, 150, 150, 150]); // half of it by chance, and there is none here
});

Deno.test("a probe ends with the stream that it is beside, and its outcome counts no more", () => {
  const { state, nowMs } = untilProbe(onSse, 1_000);
  const broken = run(state, [nowMs + 1, { type: "ended", reason: lost }]);
  assertEquals(isProbing(broken), false);
  assertStrictEquals(run(broken, [nowMs + 2, { type: "probed", isGood: true }]), broken);
});

Deno.test("a probe ends with the session: on request, and when trying again is of no use", () => {
  const { state, nowMs } = untilProbe(onSse, 1_000);
  for (const input of [{ type: "close", reason: closed }, { type: "ended", reason: noSession }] satisfies Input[]) {
    assertEquals(isProbing(run(state, [nowMs + 1, input])), false);
  }
});

Deno.test("an event stream that is cut every minute does not put off the look at the WebSocket for ever", () => {
  let { state, nowMs } = untilProbe(onSse, 1_000);
  for (let i = 0; i < 9; i++) {
    state = run(state, [nowMs, { type: "probed", isGood: false }]);
    ({ state, nowMs } = untilProbe(state, nowMs));
  }
  state = run(state, [nowMs, { type: "probed", isGood: false }]);
  const endMs = nowMs + 2 * MAX_PROBE_WAIT_MS;
  let cutAtMs = nowMs + 60_000;
  while (!isProbing(state) && nowMs < endMs) {
    nowMs = Math.min(nowMs + (timerMs(state, nowMs) ?? NaN), cutAtMs);
    if (nowMs === cutAtMs) {
      const opens: Input[] = [{ type: "ended", reason: lost }, { type: "timer" }, { type: "opened" }, {
        type: "timer",
      }];
      state = run(state, ...[...opens, { type: "replayed" } as const].map((input): [number, Input] => [nowMs, input]));
      assertEquals(state.connection.kind, "live");
      cutAtMs += 60_000;
    } else state = run(state, [nowMs, { type: "heartbeat", isBehind: false }], [nowMs, { type: "timer" }]);
  }
  assert(isProbing(state));
  assertEquals(transportOf(state), "sse");
});

Deno.test("auto stays with SSE when the stream breaks, and tries a WebSocket when it falls silent", () => {
  const brokenAt = (ms: number) => run(onSse, [ms, { type: "ended", reason: lost }], [ms + 200, { type: "timer" }]);
  assertEquals([brokenAt(1_100), brokenAt(600_000)].map(transportOf), ["sse", "sse"]);
  const silentAt = 1_000 + SILENCE_LIMIT_MS;
  const silent = run(onSse, [silentAt, { type: "timer" }], [silentAt + 200, { type: "timer" }]);
  assertEquals([transportOf(silent), transportOf(failToOpen(silent, 1, silentAt + 300))], ["ws", "sse"]);
});

Deno.test("a WebSocket that works for a while and then stalls, again and again, is left for longer and longer", () => {
  let { state, nowMs } = untilProbe(onSse, 1_000);
  const onSseFor: number[] = [];
  for (let i = 0; i < 4; i++) {
    state = run(state, [nowMs, { type: "probed", isGood: true }]);
    let stalls = 0;
    while (transportOf(state) === "ws" || state.connection.kind === "waiting") {
      if (state.connection.kind === "waiting") state = step(state, { type: "timer" }, nowMs += 10_000, noChance);
      else if (state.connection.kind === "connecting") {
        state = run(state, [nowMs, { type: "opened" }], [nowMs, { type: "replayed" }]);
      } else { // a minute that goes well, then nothing
        nowMs += 60_000;
        state = run(state, [nowMs, { type: "heartbeat", isBehind: false }]);
        state = step(state, { type: "timer" }, nowMs += SILENCE_LIMIT_MS, noChance);
        stalls++;
      }
    }
    assertEquals(stalls, 2);
    const since = nowMs;
    state = run(state, [nowMs, { type: "opened" }], [nowMs, { type: "replayed" }]);
    ({ state, nowMs } = untilProbe(state, nowMs));
    onSseFor.push((nowMs - since) / 1_000);
  }
  assertEquals(onSseFor, [10, 40, 150, 150]);
});

Deno.test("a daemon that restarts under a WebSocket that has worked for long does not lead to SSE for long", () => {
  const worked = run(begin("auto", 0), [1, { type: "opened" }], [2, { type: "replayed" }]);
  const away = run(worked, [900_000, { type: "ended", reason: lost }], [900_100, { type: "timer" }]);
  const back = run(failToOpen(away, 2, 900_200), [900_300, { type: "opened" }], [900_300, { type: "replayed" }]);
  assertEquals(transportOf(back), "sse");
  assertLess(untilProbe(back, 900_300).nowMs, 900_300 + 5_000);
});

const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>({ type: "opened" }, { type: "frame" }, { type: "replayed" }, { type: "gap" }),
  fc.constantFrom<Input>({ type: "timer" }, { type: "ended", reason: lost }),
  fc.boolean().map((isBehind): Input => ({ type: "heartbeat", isBehind })),
  fc.boolean().map((isGood): Input => ({ type: "probed", isGood })),
);

Deno.test("step() makes a new connection object exactly when its kind or its transport changes", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50_000), anyInput)), (steps) => {
    let state = begin("auto", 0);
    let nowMs = 0;
    for (const [laterMs, input] of steps) {
      const before = state.connection;
      nowMs += laterMs;
      state = step(state, input, nowMs, noChance);
      const isOther = state.connection.kind !== before.kind ||
        transportOf(state) !== transportOf({ ...state, connection: before });
      assertEquals(state.connection !== before, isOther);
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
