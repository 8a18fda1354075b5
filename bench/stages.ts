/** Where the time of a token goes: what one more process on the way costs, and the steps that the daemon takes in it. */
import type { Bench } from "./bench.ts";
import { askOverSse } from "./direct.ts";
import { interleave, type Rounds, type Sample } from "./interleave.ts";
import { relayDirect, relayThrough } from "./measure_relay.ts";
import { attachSocket } from "./opta_clients.ts";
import { cpuSeconds } from "./process_figures.ts";
import { latency } from "./statistics.ts";
import { measureSteps, type Step } from "./steps.ts";

/** A way from the model server to the client, in milliseconds. */
export interface Way {
  label: string;
  p50: number;
  p95: number;
  /** Processor time of the process in between for each token; `null` without one. */
  cpu: number | null;
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
  const { bareRelay, models: { sse: model } } = bench;
  const load = { rate: 200, tokens: 200 * bench.choose(4, 1) };
  const withCpu = async (pid: number, relay: () => Promise<number[]>): Promise<Sample> => {
    const before = await cpuSeconds(pid);
    const latencies = latency(await relay());
    return { ...latencies, cpu: (await cpuSeconds(pid) - before) * 1_000 / load.tokens };
  };
  const { direct, bare, opta } = await interleave(bench.choose(5, 2), {
    direct: async () => latency(await relayDirect(model, askOverSse, load)),
    bare: () => withCpu(bareRelay.pid, () => relayDirect(model, bareRelay.ask, load)),
    opta: () => withCpu(daemon.pid, () => relayThrough(daemon, model, attachSocket, load)),
  });
  return [
    { ...wayOf("nothing in between (direct)", direct), cpu: null },
    wayOf("a process in between that only relays", bare),
    wayOf("Opta in between", opta),
  ];
}

function wayOf(label: string, rounds: Rounds): Way {
  return { label, p50: rounds.median("p50"), p95: rounds.median("p95"), cpu: rounds.median("cpu") };
}
