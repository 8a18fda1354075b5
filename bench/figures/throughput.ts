/** How many tokens a second come through one session when the model server sends as fast as it can. */
import type { Bench, Upstream } from "../bench.ts";
import { type Ask, askOverSse, askOverWs } from "../direct.ts";
import type { Figure } from "../figure.ts";
import { interleave, type Sample } from "../interleave.ts";
import { attachSocket } from "../opta_clients.ts";
import { atLeast, rowOf } from "../rows.ts";
import { createSession, submitTurn } from "../turns.ts";

export const throughput: Figure = {
  name: "throughput",
  method:
    "A flood of 200,000 tokens, written 256 at a time; from the request, or the submit, to the last token at the " +
    "client. Opta joins tokens that come together, so that its client has fewer frames to parse than a direct one.",
  async measure(bench) {
    const tokens = bench.choose(200_000, 50_000);
    const { direct, opta, directLmx, lmx } = await interleave(bench.choose(5, 2), {
      direct: () => floodDirect(bench, "sse", askOverSse, tokens),
      opta: () => floodThrough(bench, "sse", tokens),
      directLmx: () => floodDirect(bench, "ws", askOverWs, tokens),
      lmx: () => floodThrough(bench, "ws", tokens),
    });
    const label = "most tokens/s through one session";
    const common = { unit: "tokens/s", stat: "rate", target: atLeast(60_000) } as const;
    return [
      rowOf({ ...common, key: "throughput", label, direct, opta }),
      rowOf({ ...common, key: "throughput-lmx", label: `${label}, model over LMX`, direct: directLmx, opta: lmx }),
    ];
  },
};

async function floodDirect(bench: Bench, upstream: Upstream, ask: Ask, tokens: number): Promise<Sample> {
  const model = bench.models[upstream];
  await model.script({ tokens, stampTokens: true, times: 1 });
  const meter = new RateMeter();
  await ask(model, (text) => meter.count(text));
  return meter.sample(tokens);
}

async function floodThrough(bench: Bench, upstream: Upstream, tokens: number): Promise<Sample> {
  const daemon = await bench.daemon(upstream);
  const sessionId = await createSession(daemon);
  const { promise: ended, resolve: onDone, reject: onError } = Promise.withResolvers<void>();
  await bench.models[upstream].script({ tokens, stampTokens: true, times: 1 });
  let meter = new RateMeter();
  await using _client = await attachSocket(daemon, sessionId, { onText: (text) => meter.count(text), onDone, onError });
  meter = new RateMeter();
  await submitTurn(daemon, sessionId);
  await ended;
  return meter.sample(tokens);
}

class RateMeter {
  readonly #beganAtMs = performance.now();
  #lastAtMs = 0;
  #tokens = 0;

  /** A token of the flood ends in its only blank. */
  count(text: string): void {
    for (let at = text.indexOf(" "); at !== -1; at = text.indexOf(" ", at + 1)) this.#tokens++;
    this.#lastAtMs = performance.now();
  }

  sample(expected: number): Sample {
    if (this.#tokens !== expected) throw new Error(`Saw ${this.#tokens} tokens of ${expected}`);
    return { rate: expected * 1_000 / (this.#lastAtMs - this.#beganAtMs) };
  }
}
