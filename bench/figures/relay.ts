/** How long a token takes from the model server to a client, at the speeds of models, over each transport. */
import type { Bench, Upstream } from "../bench.ts";
import { type Ask, askOverSse, askOverWs } from "../direct.ts";
import type { Figure, Row, Target } from "../figure.ts";
import { interleave, type Rounds } from "../interleave.ts";
import { relayDirect, relayThrough } from "../measure_relay.ts";
import { type Attach, attachEvents, attachSession, attachSocket } from "../opta_clients.ts";
import { atMost, rowOf } from "../rows.ts";
import { latency } from "../statistics.ts";

/** What the answers of one round last, in seconds. */
const SECONDS: Record<number, number> = { 50: 5, 200: 3, 1000: 2 };

export const relay: Figure = {
  name: "relay",
  method: "The model server writes into each token when it emits it; the client parses the JSON of the frame and " +
    "looks at the same clock. 50 tokens/s for 5 s, 200 for 3 s, 1,000 for 2 s in each round.",
  async measure(bench) {
    const slow = await measureRate(bench, 50);
    const middle = await measureMiddle(bench);
    const fast = await measureRate(bench, 1000);
    return [
      ...rows("relay-50", "relay, 50 tokens/s, 1 client", slow, [atMost(0.6, 1.3), atMost(0.8, 1.3)]),
      ...rows("relay-200", "relay, 200 tokens/s, 1 client", middle.socket, [null, atMost(0.5)]),
      ...rows("relay-200-lmx", "the same, model over LMX's WebSocket", middle.lmx, [null, atMost(0.5)]),
      ...rows("relay-200-events", "the same, client over SSE", middle.events, [null, atMost(0.5)]),
      ...rows("relay-200-library", "the same, client library (validates, folds)", middle.library, [null, atMost(0.5)]),
      ...rows("relay-1000", "relay, 1,000 tokens/s, 1 client", fast, [null, atMost(0.25)]),
    ];
  },
};

interface Pair {
  direct: Rounds;
  opta: Rounds;
}

async function measureRate(bench: Bench, rate: number): Promise<Pair> {
  return await interleave(bench.choose(5, 2), {
    direct: direct(bench, "sse", askOverSse, rate),
    opta: through(bench, "sse", attachSocket, rate),
  });
}

/** All the ways at one rate, in one interleaving: their differences are what is asked for. */
async function measureMiddle(bench: Bench): Promise<Record<"socket" | "lmx" | "events" | "library", Pair>> {
  const rounds = await interleave(bench.choose(5, 2), {
    direct: direct(bench, "sse", askOverSse, 200),
    socket: through(bench, "sse", attachSocket, 200),
    directLmx: direct(bench, "ws", askOverWs, 200),
    lmx: through(bench, "ws", attachSocket, 200),
    events: through(bench, "sse", attachEvents, 200),
    library: through(bench, "sse", attachSession, 200),
  });
  return {
    socket: { direct: rounds.direct, opta: rounds.socket },
    lmx: { direct: rounds.directLmx, opta: rounds.lmx },
    events: { direct: rounds.direct, opta: rounds.events },
    library: { direct: rounds.direct, opta: rounds.library },
  };
}

function direct(bench: Bench, upstream: Upstream, ask: Ask, rate: number) {
  return async () => latency(await relayDirect(bench.models[upstream], ask, load(bench, rate)));
}

function through(bench: Bench, upstream: Upstream, attach: Attach, rate: number) {
  return async () => {
    const daemon = await bench.daemon(upstream);
    return latency(await relayThrough(daemon, bench.models[upstream], attach, load(bench, rate)));
  };
}

function load(bench: Bench, rate: number) {
  return { rate, tokens: rate * bench.choose(SECONDS[rate] ?? 2, 1) };
}

function rows(key: string, label: string, pair: Pair, [p50, p95]: (Target | null)[]): Row[] {
  return [
    rowOf({ ...pair, key: `${key}.p50`, label: `${label}: p50`, unit: "ms", stat: "p50", target: p50 }),
    rowOf({ ...pair, key: `${key}.p95`, label: `${label}: p95`, unit: "ms", stat: "p95", target: p95 }),
  ];
}
