/** What a hundred clients that stop reading do to the daemon and to a client that reads. */
import type { ScriptRule } from "../../tests/support/mod.ts";
import type { TestDaemon } from "../../tests/support/start_daemon.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { Rounds } from "../interleave.ts";
import { noteLatency } from "../measure_relay.ts";
import { OptaSocket } from "../opta_socket.ts";
import { residentMiB } from "../process_figures.ts";
import { atMost, atMostRatio, rowOf } from "../rows.ts";
import { percentile } from "../statistics.ts";
import { createSession } from "../turns.ts";

const STALLED = 100;
/** More than the kernel holds for a connection that is not read, about 4 MB, so that the rest stays with the daemon. */
const FLOOD = { pieces: 2_000, bytes: 4_096 };
/** What "unchanged" means where two measurements of the same differ as much. */
const UNCHANGED = 1.25;

export const stalled: Figure = {
  name: "stalled",
  method:
    `${STALLED} WebSockets follow a session and read nothing, while 8 MB flood through it, which fills what the ` +
    "kernel holds for them; then p95 of a client that reads, at 1,000 tokens/s. Direct is the same without them.",
  async measure(bench) {
    const without = new Rounds();
    const withThem = new Rounds();
    for (let round = 0; round < bench.choose(3, 1); round++) {
      const daemon = await bench.ownDaemon("sse");
      await floodThenRelay(bench, daemon, 0); // to warm it up, its memory above all
      const before = await floodThenRelay(bench, daemon, 0);
      const after = await floodThenRelay(bench, daemon, STALLED);
      without.add({ p95: before.p95 });
      withThem.add({ p95: after.p95, growth: after.mostMiB - before.mostMiB });
      await daemon.stop();
    }
    const label = `${STALLED} stalled clients at full stream`;
    return [
      rowOf({
        key: "stalled.memory",
        label: `${label}: growth of the daemon's memory`,
        unit: "MiB",
        opta: withThem,
        stat: "growth",
        target: atMost(64),
      }),
      rowOf({
        key: "stalled.p95",
        label: `${label}: p95 of one that reads`,
        unit: "ms",
        direct: without,
        opta: withThem,
        stat: "p95",
        target: atMostRatio(UNCHANGED),
      }),
    ];
  },
};

interface Load {
  p95: number;
  mostMiB: number;
}

async function floodThenRelay(bench: Bench, daemon: TestDaemon, stalledClients: number): Promise<Load> {
  const sessionId = await createSession(daemon);
  await using socket = await OptaSocket.open(daemon);
  await socket.follow(sessionId);
  using stack = new DisposableStack();
  for (let i = 0; i < stalledClients; i++) stack.use(await stall(daemon, sessionId));
  const watch = watchMemory(daemon.pid);
  const answer = async (rule: ScriptRule, onText?: (text: string) => void) => {
    await bench.models.sse.script({ ...rule, times: 1 });
    const ended = socket.turnEnd(onText);
    await socket.submit(sessionId, "go");
    await ended;
  };
  await answer({ tokens: Array<string>(FLOOD.pieces).fill(`${"x".repeat(FLOOD.bytes - 1)} `) });
  const latencies: number[] = [];
  const tokens = 1_000 * bench.choose(3, 1);
  await answer({ tokens, pace: 1_000, stampTokens: true }, (text) => noteLatency(text, latencies));
  return { p95: percentile(latencies, 0.95), mostMiB: await watch.stop() };
}

/** Follows a session over a connection that is never read. */
async function stall(daemon: TestDaemon, sessionId: string): Promise<Disposable> {
  const { hostname, port } = new URL(daemon.baseUrl);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const request = [
    `GET /v3/ws?sessionId=${sessionId}&clientId=stalled HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${daemon.token}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${btoa("0123456789abcdef")}`,
  ];
  await connection.write(new TextEncoder().encode(`${request.join("\r\n")}\r\n\r\n`));
  return connection;
}

/** The most memory that a process has had, looked at ten times a second. */
function watchMemory(pid: number): { stop(): Promise<number> } {
  let most = 0;
  const look = async () => {
    most = Math.max(most, await residentMiB(pid));
  };
  const timer = setInterval(() => void look(), 100);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return most;
    },
  };
}
