/** Many clients on one session, and many sessions at once. */
import { Api } from "@opta/protocol/client";
import { askOverSse } from "../direct.ts";
import type { Figure } from "../figure.ts";
import { interleave } from "../interleave.ts";
import { relayDirect, relayThrough } from "../measure_relay.ts";
import { attachSocket } from "../opta_clients.ts";
import { atMost, rowOf } from "../rows.ts";
import { latency } from "../statistics.ts";

export const fanOut: Figure = {
  name: "fan-out",
  method: "20 WebSockets on one session; the latencies of all of them together.",
  async measure(bench) {
    const daemon = await bench.daemon("sse");
    const load = { rate: 200, tokens: 200 * bench.choose(3, 1), clients: 20 };
    const { opta } = await interleave(bench.choose(5, 2), {
      opta: async () => latency(await relayThrough(daemon, bench.models.sse, attachSocket, load)),
    });
    const label = "relay, 200 tokens/s, 20 clients";
    return [
      rowOf({ key: "fan-out.p50", label: `${label}: p50`, unit: "ms", opta, stat: "p50" }),
      rowOf({ key: "fan-out.p95", label: `${label}: p95`, unit: "ms", opta, stat: "p95", target: atMost(1) }),
    ];
  },
};

export const sessions: Figure = {
  name: "sessions",
  method: "20 sessions with one client each, on a daemon of their own, so that its event-loop lag is of this load.",
  async measure(bench) {
    const daemon = await bench.ownDaemon("sse");
    const load = { rate: 50, tokens: 50 * bench.choose(5, 1), sessions: 20 };
    await relayThrough(daemon, bench.models.sse, attachSocket, { ...load, tokens: 50 }); // to warm it up
    const rounds = await interleave(bench.choose(5, 2), {
      direct: async () => latency(await relayDirect(bench.models.sse, askOverSse, load)),
      opta: async () => {
        const relayed = latency(await relayThrough(daemon, bench.models.sse, attachSocket, load));
        const { runtime } = await new Api(daemon.endpoint).call("metrics", {});
        return { ...relayed, lag: runtime.eventLoopLagMs.p99 };
      },
    });
    await daemon.stop();
    const { opta } = rounds;
    const label = "20 sessions × 50 tokens/s";
    return [
      rowOf({ ...rounds, key: "sessions.p50", label: `${label}: p50`, unit: "ms", stat: "p50" }),
      rowOf({ ...rounds, key: "sessions.p95", label: `${label}: p95`, unit: "ms", stat: "p95", target: atMost(0.6) }),
      rowOf({
        key: "sessions.lag",
        label: "the daemon's event-loop lag meanwhile: p99",
        unit: "ms",
        opta,
        stat: "lag",
        target: atMost(20),
      }),
    ];
  },
};
