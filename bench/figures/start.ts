/** What the daemon costs: to start, to keep, to run at reading speed. */
import { stateFiles } from "@opta/protocol";
import { sharedNowMs } from "../../tests/support/mod.ts";
import { spawnDaemon } from "../../tests/support/start_daemon.ts";
import { startBareRelay } from "../bare_relay.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { interleave, Rounds } from "../interleave.ts";
import { relayDirect, relayThrough } from "../measure_relay.ts";
import { attachSocket } from "../opta_clients.ts";
import { cpuShare, residentMiB } from "../process_figures.ts";
import { atMost, rowOf } from "../rows.ts";

/** Between two looks for the state file: short against what is measured. */
const POLL_MS = 1;
/** After which nothing of a start is going on any more. */
const SETTLE_MS = 1_000;
const ANSWER = { rate: 200, tokens: 500 };

export const start: Figure = {
  name: "start",
  method: "From starting the process, on a new folder, to the first good answer of `/v3/health`. Memory is the " +
    "resident set a second after the start and a second after an answer of 500 tokens; processor time is that of the " +
    "whole process. Direct is a bare `Deno.serve` process that relays and does nothing else.",
  async measure(bench) {
    const started = await interleave(bench.choose(9, 3), {
      direct: async () => {
        await using bare = await startBareRelay(bench.models.sse);
        return { ms: bare.startMs };
      },
      opta: async () => ({ ms: await coldStart(bench) }),
    });
    const memory = { direct: new Rounds(), opta: new Rounds() };
    for (let round = 0; round < bench.choose(3, 1); round++) {
      memory.direct.add(await useOfBareRelay(bench));
      memory.opta.add(await useOfDaemon(bench));
    }
    return [
      rowOf({
        ...started,
        key: "start.cold",
        label: "cold start to healthy",
        unit: "ms",
        stat: "ms",
        target: atMost(200),
      }),
      rowOf({
        ...memory,
        key: "start.idle-memory",
        label: "memory after start",
        unit: "MiB",
        stat: "idle",
        target: atMost(64),
      }),
      rowOf({ ...memory, key: "start.turn-memory", label: "memory after a turn", unit: "MiB", stat: "turn" }),
      rowOf({ ...memory, key: "start.cpu", label: "share of a core at 50 tokens/s", unit: "%", stat: "cpu" }),
    ];
  },
};

async function coldStart(bench: Bench): Promise<number> {
  const stateDir = await bench.folder();
  const began = sharedNowMs();
  const child = spawnDaemon(bench.optionsOf("sse"), stateDir);
  try {
    await untilHealthy(`${stateDir}/${stateFiles.state}`);
    return sharedNowMs() - began;
  } finally {
    child.kill("SIGTERM");
    await Promise.all([child.stderr.cancel(), child.status]);
  }
}

async function untilHealthy(stateFile: string): Promise<void> {
  let text = "";
  while (text === "") {
    text = await Deno.readTextFile(stateFile).catch(() => ""); // written whole or not at all
    if (text === "") await sleep(POLL_MS);
  }
  const { port } = JSON.parse(text) as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/v3/health`);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The daemon's health is ${response.status}`);
}

async function useOfDaemon(bench: Bench) {
  const daemon = await bench.ownDaemon("sse");
  const answer = (load: typeof ANSWER) => relayThrough(daemon, bench.models.sse, attachSocket, load);
  try {
    return await useOf(bench, daemon.pid, answer);
  } finally {
    await daemon.stop();
  }
}

async function useOfBareRelay(bench: Bench) {
  await using bare = await startBareRelay(bench.models.sse);
  return await useOf(bench, bare.pid, (load) => relayDirect(bench.models.sse, bare.ask, load));
}

async function useOf(bench: Bench, pid: number, answer: (load: typeof ANSWER) => Promise<unknown>) {
  await sleep(SETTLE_MS);
  const idle = await residentMiB(pid);
  await answer(ANSWER);
  await sleep(SETTLE_MS);
  const turn = await residentMiB(pid);
  const cpu = await cpuShare(pid, () => answer({ rate: 50, tokens: 50 * bench.choose(5, 2) }));
  return { idle, turn, cpu };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
