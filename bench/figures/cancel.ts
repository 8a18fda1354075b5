/** How soon the model server notices that an answer is no longer wanted. */
import { sharedNowMs } from "../../tests/support/mod.ts";
import type { Bench, Upstream } from "../bench.ts";
import { type Ask, askOverSse, askOverWs } from "../direct.ts";
import type { Figure, Row } from "../figure.ts";
import { interleave, type Rounds, type Sample } from "../interleave.ts";
import { OptaSocket } from "../opta_socket.ts";
import { atMost, rowOf } from "../rows.ts";
import { latency } from "../statistics.ts";
import { createSession } from "../turns.ts";

/** An answer that is still under way when it is cancelled. */
const ANSWER = { tokens: 10_000, pace: 200, times: 1 } as const;
/** Cancelled once this many pieces have come. */
const CANCEL_AFTER = 3;

export const cancel: Figure = {
  name: "cancel",
  method: "A running answer is cancelled by `turn.cancel`; the model server notes when it sees it end. Direct: the " +
    "request is aborted, or `chat.cancel` sent.",
  async measure(bench) {
    const count = bench.choose(20, 5);
    const { direct, opta, directLmx, lmx } = await interleave(bench.choose(5, 2), {
      direct: () => cancelDirect(bench, "sse", askOverSse, count),
      opta: () => cancelThrough(bench, "sse", count),
      directLmx: () => cancelDirect(bench, "ws", askOverWs, count),
      lmx: () => cancelThrough(bench, "ws", count),
    });
    return [...rows("cancel.sse", "over SSE", direct, opta), ...rows("cancel.lmx", "over LMX", directLmx, lmx)];
  },
};

async function cancelDirect(bench: Bench, upstream: Upstream, ask: Ask, count: number): Promise<Sample> {
  const model = bench.models[upstream];
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    await model.script(ANSWER);
    const stop = new AbortController();
    let pieces = 0;
    let sentAtMs = NaN;
    await ask(model, () => {
      if (++pieces !== CANCEL_AFTER) return;
      sentAtMs = sharedNowMs();
      stop.abort();
    }, stop.signal);
    latencies.push(await endOfLast(bench, upstream) - sentAtMs);
  }
  return latency(latencies);
}

async function cancelThrough(bench: Bench, upstream: Upstream, count: number): Promise<Sample> {
  const daemon = await bench.daemon(upstream);
  const sessionId = await createSession(daemon);
  await using socket = await OptaSocket.open(daemon);
  await socket.follow(sessionId);
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    await bench.models[upstream].script(ANSWER);
    let pieces = 0;
    let sentAtMs = NaN;
    const ended = socket.turnEnd(() => {
      if (++pieces !== CANCEL_AFTER) return;
      sentAtMs = sharedNowMs();
      void socket.cancel(sessionId);
    });
    await socket.submit(sessionId, "go");
    await ended;
    latencies.push(await endOfLast(bench, upstream) - sentAtMs);
  }
  return latency(latencies);
}

/** When the model server saw its latest answer end. */
async function endOfLast(bench: Bench, upstream: Upstream): Promise<number> {
  const { requests } = await bench.models[upstream].waitFor(({ active }) => active === 0);
  return requests.at(-1)?.end?.atMs ?? NaN;
}

function rows(key: string, how: string, direct: Rounds, opta: Rounds): Row[] {
  const label = `cancel → model server notices, ${how}`;
  return [
    rowOf({ key: `${key}.p50`, label: `${label}: p50`, unit: "ms", direct, opta, stat: "p50", target: atMost(2) }),
    rowOf({ key: `${key}.p95`, label: `${label}: p95`, unit: "ms", direct, opta, stat: "p95" }),
  ];
}
