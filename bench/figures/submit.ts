/** What a person waits for: that a message is safe, that the model has it, that its first word is there. */
import { FAKE_MODEL, readStamps, sharedNowMs } from "../../tests/support/mod.ts";
import type { Bench } from "../bench.ts";
import { askOverSse } from "../direct.ts";
import type { Figure } from "../figure.ts";
import { interleave, type Sample } from "../interleave.ts";
import { OptaSocket } from "../opta_socket.ts";
import { atMost, rowOf } from "../rows.ts";
import { percentile } from "../statistics.ts";
import { createSession } from "../turns.ts";

/** What the model server waits before it answers, as one that is quick. */
const PREFILL_MS = 20;
/** Two tokens apart from each other, so that the first does not arrive together with the end of the answer. */
const ANSWER = { tokens: 2, pace: 100, stampTokens: true, prefill: PREFILL_MS } as const;

export const submit: Figure = {
  name: "submit",
  method:
    `Turns one after another over one WebSocket; the model's first token comes after ${PREFILL_MS} ms. That the ` +
    "request has come is noted by the model server, by the same clock.",
  async measure(bench) {
    const turns = bench.choose(40, 10);
    const { direct, opta } = await interleave(bench.choose(5, 2), {
      direct: () => askDirect(bench, turns),
      opta: () => submitTurns(bench, turns),
    });
    const ack = "submit → durable acknowledgement";
    return [
      rowOf({ key: "submit.ack.p50", label: `${ack}: p50`, unit: "ms", opta, stat: "ackP50" }),
      rowOf({ key: "submit.ack.p95", label: `${ack}: p95`, unit: "ms", opta, stat: "ackP95", target: atMost(3) }),
      rowOf({
        key: "submit.request.p50",
        label: "submit → request at the model server: p50",
        unit: "ms",
        direct,
        opta,
        stat: "request",
        target: atMost(3),
      }),
      rowOf({
        key: "submit.first-token.p50",
        label: "model's first token → client: p50",
        unit: "ms",
        direct,
        opta,
        stat: "firstToken",
      }),
    ];
  },
};

/** When things happened to each turn of a round, by the shared clock. */
interface Times {
  sent: number[];
  acknowledged: number[];
  firstTokens: number[];
}

async function askDirect(bench: Bench, turns: number): Promise<Sample> {
  const model = bench.models.sse;
  const times: Times = { sent: [], acknowledged: [], firstTokens: [] };
  const { requestCount } = await model.stats();
  await model.script({ ...ANSWER, times: turns });
  for (let i = 0; i < turns; i++) {
    times.sent.push(sharedNowMs());
    await askOverSse(model, (text) => noteFirst(text, times));
  }
  return await sampleOf(bench, requestCount, times);
}

async function submitTurns(bench: Bench, turns: number): Promise<Sample> {
  const daemon = await bench.daemon("sse");
  const model = bench.models.sse;
  const times: Times = { sent: [], acknowledged: [], firstTokens: [] };
  const { requestCount } = await model.stats();
  await model.script({ ...ANSWER, times: turns });
  const sessionId = await createSession(daemon);
  await using socket = await OptaSocket.open(daemon);
  await socket.follow(sessionId);
  for (let i = 0; i < turns; i++) {
    const ended = socket.turnEnd((text) => noteFirst(text, times));
    times.sent.push(sharedNowMs());
    await socket.submit(sessionId, "go");
    times.acknowledged.push(sharedNowMs());
    await ended;
  }
  return await sampleOf(bench, requestCount, times);
}

/** Only the first text of a turn counts. */
function noteFirst(text: string, { sent, firstTokens }: Times): void {
  if (firstTokens.length === sent.length) return;
  const [stamp = NaN] = readStamps(text);
  firstTokens.push(sharedNowMs() - stamp);
}

async function sampleOf(bench: Bench, before: number, times: Times): Promise<Sample> {
  const { requests } = await bench.models.sse.stats();
  const seen = requests.filter(({ number, model }) => number > before && model === FAKE_MODEL);
  if (seen.length !== times.sent.length) throw new Error(`The model server saw ${seen.length} requests`);
  const acks = times.acknowledged.map((at, i) => at - (times.sent[i] ?? NaN));
  return {
    ackP50: percentile(acks, 0.5),
    ackP95: percentile(acks, 0.95),
    request: percentile(seen.map(({ seenAtMs }, i) => seenAtMs - (times.sent[i] ?? NaN)), 0.5),
    firstToken: percentile(times.firstTokens, 0.5),
  };
}
