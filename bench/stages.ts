/** Where the time of a token goes: what one more process on the way costs, and the steps that the daemon takes in it. */
import type { Bench } from "./bench.ts";
import { askOverSse } from "./direct.ts";
import { interleave, type Rounds } from "./interleave.ts";
import { relayDirect, relayThrough } from "./measure_relay.ts";
import { attachSocket } from "./opta_clients.ts";
import { latency } from "./statistics.ts";
import { measureSteps, type Step } from "./steps.ts";

/** A way from the model server to the client, in milliseconds. */
export interface Way {
  label: string;
  p50: number;
  p95: number;
}

export interface Stages {
  ways: Way[];
  steps: Step[];
}

export async function measureStages(bench: Bench): Promise<Stages> {
  const ways = await measureWays(bench);
  return { ways, steps: await measureSteps(await bench.folder()) };
}

/** At 200 tokens/s. */
async function measureWays(bench: Bench): Promise<Way[]> {
  const daemon = await bench.daemon("sse");
  const model = bench.models.sse;
  const load = { rate: 200, tokens: 200 * bench.choose(3, 1) };
  const { direct, bare, opta } = await interleave(bench.choose(5, 2), {
    direct: async () => latency(await relayDirect(model, askOverSse, load)),
    bare: async () => latency(await relayDirect(model, bench.bareRelay.ask, load)),
    opta: async () => latency(await relayThrough(daemon, model, attachSocket, load)),
  });
  return [
    wayOf("nothing in between (direct)", direct),
    wayOf("a process in between that only relays", bare),
    wayOf("Opta in between", opta),
  ];
}

function wayOf(label: string, rounds: Rounds): Way {
  return { label, p50: rounds.median("p50"), p95: rounds.median("p95") };
}
