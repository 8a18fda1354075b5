/** What a client that was away misses: nothing, and it sees nothing twice. */
import { readStamps } from "../../tests/support/mod.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { Rounds, type Sample } from "../interleave.ts";
import { OptaSocket } from "../opta_socket.ts";
import { atMost, rowOf } from "../rows.ts";
import { createSession, submitTurn } from "../turns.ts";

const RATE = 200;
const LEAVE_AFTER = 200;
const AWAY_MS = 1_000;

export const reconnect: Figure = {
  name: "reconnect",
  method:
    `A WebSocket at ${RATE} tokens/s closes after ${LEAVE_AFTER} tokens and comes back with its cursor 1 s later.`,
  async measure(bench) {
    const opta = new Rounds();
    for (let round = 0; round < bench.choose(5, 1); round++) opta.add(await leaveAndReturn(bench));
    const label = "1 s disconnect at 200 tokens/s";
    return [
      rowOf({ key: "reconnect.lost", label: `${label}: tokens lost`, unit: "", opta, stat: "lost", target: atMost(0) }),
      rowOf({
        key: "reconnect.doubled",
        label: `${label}: tokens seen twice`,
        unit: "",
        opta,
        stat: "doubled",
        target: atMost(0),
      }),
    ];
  },
};

async function leaveAndReturn(bench: Bench): Promise<Sample> {
  const daemon = await bench.daemon("sse");
  const tokens = LEAVE_AFTER + RATE * 2;
  const sessionId = await createSession(daemon);
  await bench.models.sse.script({ tokens, stampTokens: true, pace: RATE, times: 1 });
  const seen: number[] = [];
  const cursor = { afterSeq: 0, epoch: "" };
  const follow = async (isEnough: (event: string) => boolean) => {
    await using socket = await OptaSocket.open(daemon);
    await new Promise<void>((resolve, reject) => {
      socket.onEvent = ({ event, seq, epoch, payload }) => {
        cursor.afterSeq = seq;
        cursor.epoch = epoch;
        if (event === "turn.token" && "text" in payload) seen.push(...readStamps(String(payload.text)));
        if (!isEnough(event)) return;
        socket.onEvent = () => {};
        resolve();
      };
      socket.follow(sessionId, cursor.epoch === "" ? undefined : cursor).catch(reject);
    });
  };
  await submitTurn(daemon, sessionId);
  await follow(() => seen.length >= LEAVE_AFTER);
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
  await follow((event) => event === "turn.done");
  const different = new Set(seen).size;
  return { lost: tokens - different, doubled: seen.length - different };
}
