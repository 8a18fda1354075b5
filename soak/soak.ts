/** The soak itself: many sessions stream side by side from one LMX server, for long, and what the daemon uses is watched. */
import { Api } from "@opta/protocol/client";
import { startFakeModel } from "../tests/support/mod.ts";
import { besideClients, openHandles } from "../tests/support/open_handles.ts";
import { startDaemon, type TestDaemon } from "../tests/support/start_daemon.ts";
import { Lane } from "./lane.ts";
import { addCounts, noTokens, type TokenCounts } from "./token_audit.ts";

export const SESSIONS = 20;
export const TOKENS_PER_SECOND = 50;
/** Ten seconds of text. */
const TOKENS_PER_TURN = 500;
const TURNS_PER_SESSION = 8;
/** Six times as long as a turn takes. */
const TURN_LIMIT_MS = 60_000;
/** Looks at the daemon over the whole time; enough of them for a slope. */
const SAMPLES = 40;

export interface Sample {
  /** Since the beginning. */
  minutes: number;
  rssMiB: number;
  heapMiB: number;
  /** Of the daemon, without its clients' connections; `null` where the system does not tell. */
  handles: number | null;
  /** Over the minute before. */
  lagP99Ms: number;
}

export interface SoakResult {
  minutes: number;
  interrupted: boolean;
  counts: TokenCounts;
  turns: number;
  failures: string[];
  socketsOpened: number;
  mostSocketsOpen: number;
  requests: Record<string, number>;
  fallbacks: Record<string, number>;
  samples: Sample[];
  /** Before the first turn and after the last. */
  handles: { before: number | null; after: number | null };
}

/** Runs for so many minutes, or until `interrupted` aborts. */
export async function runSoak(
  minutes: number,
  interrupted: AbortSignal,
  say: (text: string) => void,
): Promise<SoakResult> {
  await using fake = await startFakeModel({ keepBodies: false });
  await fake.script({ tokens: TOKENS_PER_TURN, numberTokens: true, pace: TOKENS_PER_SECOND });
  await using daemon = await startDaemon({ modelUrl: fake.url, provider: "lmx" });
  const before = await countHandles(daemon);
  const beganAtMs = performance.now();
  const minutesPassed = () => (performance.now() - beganAtMs) / 60_000;
  const lanes = Array.from({ length: SESSIONS }, (_, i) =>
    new Lane({
      daemon,
      name: `s${i}`,
      tokensPerTurn: TOKENS_PER_TURN,
      turnsPerSession: TURNS_PER_SESSION,
      turnLimitMs: TURN_LIMIT_MS,
    }));
  const samples: Sample[] = [];
  const ended = Promise.all(lanes.map((lane) => lane.run(() => minutesPassed() >= minutes, interrupted)));
  ended.catch(() => {}); // waited for below, if the samples do not fail first
  let [traffic, sockets] = [{ requests: {}, fallbacks: {} }, { opened: 0, mostOpen: 0 }];
  while (!interrupted.aborted) {
    const isOver = await Promise.race([ended.then(() => true), pause(minutes * 60_000 / SAMPLES, interrupted)]);
    if (interrupted.aborted) break;
    const { runtime } = await new Api(daemon.endpoint).call("metrics");
    traffic = runtime.modelTraffic;
    sockets = (await fake.stats()).sockets;
    samples.push({
      minutes: minutesPassed(),
      rssMiB: runtime.memoryBytes.rss / 2 ** 20,
      heapMiB: runtime.memoryBytes.heapUsed / 2 ** 20,
      handles: await countHandles(daemon),
      lagP99Ms: runtime.eventLoopLagMs.p99,
    });
    say(progressOf(samples.at(-1)!, minutes, lanes));
    if (isOver) break;
  }
  await ended.catch((error) => {
    if (!interrupted.aborted) throw error;
  });
  const after = interrupted.aborted ? null : await countHandles(daemon);
  return {
    minutes: minutesPassed(),
    interrupted: interrupted.aborted,
    counts: totalOf(lanes),
    turns: lanes.reduce((sum, { turns }) => sum + turns, 0),
    failures: lanes.flatMap(({ failures }) => failures),
    socketsOpened: sockets.opened,
    mostSocketsOpen: sockets.mostOpen,
    requests: traffic.requests,
    fallbacks: traffic.fallbacks,
    samples,
    handles: { before, after },
  };
}

/** Whether every token came, once and in its place. */
export function isWhole({ lost, doubled, outOfOrder, foreign }: TokenCounts): boolean {
  return lost + doubled + outOfOrder + foreign === 0;
}

function totalOf(lanes: readonly Lane[]): TokenCounts {
  const sum = noTokens();
  for (const { counts } of lanes) addCounts(sum, counts);
  return sum;
}

function progressOf({ minutes, rssMiB, handles, lagP99Ms }: Sample, of: number, lanes: readonly Lane[]): string {
  const counts = totalOf(lanes);
  const wrong = isWhole(counts) ? "all there" : JSON.stringify(counts);
  return `${minutes.toFixed(1)} of ${of} minutes: ${counts.received} tokens, ${wrong}; ${rssMiB.toFixed(0)} MiB, ` +
    `${handles ?? "?"} handles, lag p99 ${lagP99Ms.toFixed(1)} ms`;
}

/** Without the clients' connections. Only Linux tells. */
async function countHandles({ pid, state }: TestDaemon): Promise<number | null> {
  return Deno.build.os === "linux" ? besideClients(await openHandles(pid), state.port) : null;
}

/** Resolves after `ms`, or when `signal` aborts; with `false`, for it is not the end. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const finish = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", finish);
    resolve(false);
  };
  const timer = setTimeout(finish, ms);
  signal.addEventListener("abort", finish, { once: true });
  return promise;
}
