/** What `kill -9` of the daemon in the middle of an answer takes away. */
import { answerOf, type SessionState } from "@opta/protocol";
import { type EndpointSource, Session } from "@opta/protocol/client";
import { readStamps } from "../../tests/support/mod.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { Rounds, type Sample } from "../interleave.ts";
import { attachSocket } from "../opta_clients.ts";
import { atLeast, atMost, rowOf } from "../rows.ts";
import { createSession, submitTurn } from "../turns.ts";

const KILL_AFTER = 500;

export const crash: Figure = {
  name: "crash",
  method:
    `The daemon is killed when a client has seen ${KILL_AFTER} tokens at 1,000 tokens/s, and started again on the ` +
    "same folder. Lost is what the client had seen and the session no longer has.",
  async measure(bench) {
    const opta = new Rounds();
    for (let round = 0; round < bench.choose(5, 1); round++) opta.add(await killAndRestart(bench));
    const label = "`kill -9` after 500 tokens";
    const common = { unit: "", opta } as const;
    return [
      rowOf({
        ...common,
        key: "crash.kept",
        label: `${label}: tokens kept`,
        stat: "kept",
        target: atLeast(KILL_AFTER),
      }),
      rowOf({ ...common, key: "crash.lost", label: `${label}: tokens seen and lost`, stat: "lost", target: atMost(0) }),
      rowOf({
        ...common,
        key: "crash.messages",
        label: `${label}: messages of the user lost`,
        stat: "messagesLost",
        target: atMost(0),
      }),
      rowOf({
        ...common,
        key: "crash.restart",
        label: `${label}: restart to state at the client`,
        unit: "ms",
        stat: "restartMs",
      }),
    ];
  },
};

async function killAndRestart(bench: Bench): Promise<Sample> {
  const daemon = await bench.ownDaemon("sse");
  const sessionId = await createSession(daemon);
  await bench.models.sse.script({ tokens: 10_000, stampTokens: true, pace: 1_000, times: 1 });
  let seen = "";
  let seenTokens = 0;
  await new Promise<void>((resolve, reject) => {
    const onText = (text: string) => {
      if (seenTokens >= KILL_AFTER) return; // between the signal and the end more may come
      seen += text;
      seenTokens += readStamps(text).length;
      if (seenTokens >= KILL_AFTER) resolve(daemon.kill("SIGKILL").then(() => {}));
    };
    const onDone = () => reject(new Error("The answer ended before it could be interrupted"));
    attachSocket(daemon, sessionId, { onText, onDone, onError: reject }).then(() => submitTurn(daemon, sessionId))
      .catch(reject);
  });
  const began = performance.now();
  await daemon.restart();
  const state = await stateOf(daemon.endpoint, sessionId);
  const restartMs = performance.now() - began;
  await daemon.stop();
  const turn = state.turns[0];
  const kept = turn ? answerOf(turn) : "";
  return {
    kept: readStamps(kept).length,
    lost: kept.startsWith(seen) ? 0 : seenTokens,
    messagesLost: turn?.content === "go" ? 0 : 1,
    restartMs,
  };
}

async function stateOf(endpoint: EndpointSource, sessionId: string): Promise<SessionState> {
  await using session = Session.attach({ endpoint, sessionId, clientId: "bench", writerId: "bench" });
  await session.caughtUp();
  return session.state;
}
