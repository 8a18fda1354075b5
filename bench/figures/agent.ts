/** A turn with many tool calls, and what it costs the daemon's event loop. */
import { Api } from "@opta/protocol/client";
import { join } from "node:path";
import type { ScriptRule } from "../../tests/support/mod.ts";
import type { TestDaemon } from "../../tests/support/start_daemon.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { interleave, type Sample } from "../interleave.ts";
import { OptaSocket } from "../opta_socket.ts";
import { atMost, rowOf } from "../rows.ts";

const STEPS = 10;
/** Of each step: 200 files and 50 commands in all. */
const READS = 20;
const COMMANDS = 5;
const CLIENTS = 3;
/** A source file of some size. */
const FILE = "export const line = 'all work and no play';\n".repeat(200);

export const agent: Figure = {
  name: "agent",
  method:
    "One turn whose model reads 200 files and runs 50 commands, 20 and 5 in each of its ten answers, while three " +
    "WebSockets follow it; on a daemon of its own, so that its event-loop lag is of this load.",
  async measure(bench) {
    const daemon = await bench.ownDaemon("sse");
    const folder = await bench.folder();
    for (let i = 0; i < STEPS * READS; i++) await Deno.writeTextFile(join(folder, `${i}.ts`), FILE);
    const { opta } = await interleave(bench.choose(5, 2), { opta: () => runTurn(bench, daemon, folder) });
    await daemon.stop();
    const label = "a turn that reads 200 files and runs 50 commands";
    return [
      rowOf({ key: "agent.turn", label, unit: "ms", opta, stat: "ms" }),
      rowOf({
        key: "agent.lag",
        label: "the daemon's event-loop lag meanwhile, three clients watching: p99",
        unit: "ms",
        opta,
        stat: "lag",
        target: atMost(20),
      }),
    ];
  },
};

async function runTurn({ models }: Bench, daemon: TestDaemon, folder: string): Promise<Sample> {
  const api = new Api(daemon.endpoint);
  const { sessionId } = await api.call("createSession", { body: { workspace: { cwd: folder, dirs: [] } } });
  for (const rule of answers().toReversed()) await models.sse.script(rule); // the newest rule is the first to serve
  await using stack = new AsyncDisposableStack();
  const watched = [];
  for (let i = 0; i < CLIENTS; i++) {
    const socket = stack.use(await OptaSocket.open(daemon));
    watched.push(callsThatWork(socket));
    await socket.follow(sessionId);
  }
  const beganAtMs = performance.now();
  const body = {
    clientId: "bench",
    writerId: "bench",
    content: "go",
    mode: "do",
    overrides: { dangerous: true },
  } as const;
  await api.call("submitTurn", { params: { sessionId }, body });
  const counts = await Promise.all(watched);
  const ms = performance.now() - beganAtMs;
  const wrong = counts.find((count) => count !== STEPS * (READS + COMMANDS));
  if (wrong !== undefined) throw new Error(`Only ${wrong} tool calls did what they should`);
  const { runtime } = await api.call("metrics", {});
  return { ms, lag: runtime.eventLoopLagMs.p99 };
}

/** The answers of the model but for its last. */
function answers(): ScriptRule[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const reads = Array.from({ length: READS }, (_, i) => ["read_file", { path: `${step * READS + i}.ts` }] as const);
    const commands = Array.from({ length: COMMANDS }, (_, i) => ["run_command", { command: `cat ${i}.ts` }] as const);
    const toolCalls = [...reads, ...commands].map(([name, args], i) => ({
      id: `call_${step}_${i}`,
      name,
      arguments: [JSON.stringify(args)],
    }));
    return { tokens: 20, toolCalls, finishReason: "tool_calls", times: 1 };
  });
}

/** How many calls of the next turn have come to what they should. */
function callsThatWork(socket: OptaSocket): Promise<number> {
  let count = 0;
  return new Promise((resolve, reject) => {
    socket.onEvent = (event) => {
      if (event.event === "tool.end" && event.payload.ok) count++;
      else if (event.event === "turn.done") resolve(count);
      else if (event.event === "turn.error") reject(new Error(`The turn failed: ${event.payload.message}`));
    };
  });
}
