/** What all figures share: the fake model servers, the daemons on them, and how thorough this run is. */
import { startDaemon, type StartDaemonOptions, type TestDaemon } from "../tests/support/start_daemon.ts";
import { FAKE_MODEL, type FakeModel, startFakeModel } from "../tests/support/mod.ts";
import { type BareRelay, startBareRelay } from "./bare_relay.ts";
import { warmUp } from "./warm_up.ts";

/** How a daemon speaks to its model server: OpenAI over server-sent events, or LMX over its WebSocket. */
export type Upstream = "sse" | "ws";

export interface Bench extends AsyncDisposable {
  /** Fewer and shorter rounds, for a look rather than for the report. */
  readonly quick: boolean;
  /**
   * One for each transport, started with the benchmark: clocks that were set from the wall clock at different times differ
   * by its corrections in between, so a model server started later could be off by more than what is measured.
   */
  readonly models: Record<Upstream, FakeModel>;
  /** A process between model server and client that does nothing else. */
  readonly bareRelay: BareRelay;
  /** The warm daemon that figures share. */
  daemon(upstream: Upstream): Promise<TestDaemon>;
  /** A daemon for one figure alone; it ends with the benchmark unless before. */
  ownDaemon(upstream: Upstream, stateDir?: string): Promise<TestDaemon>;
  /** How a daemon is started. */
  optionsOf(upstream: Upstream): StartDaemonOptions;
  /** A new folder; it is removed at the end. */
  folder(): Promise<string>;
  /** A number for a full run and one for a quick one. */
  choose(full: number, quick: number): number;
  /** Says on standard error how far it is. */
  say(text: string): void;
}

export async function openBench(quick: boolean): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const folders: string[] = [];
  stack.defer(async () => {
    for (const folder of folders) await Deno.remove(folder, { recursive: true });
  });
  // Windows that no flood fills: a conversation that is made shorter first is not what is measured.
  const model = [{ id: FAKE_MODEL, state: "loaded" as const, context_length: 100_000_000 }];
  const models = {
    sse: stack.use(await startFakeModel({ lmx: false, models: model })),
    ws: stack.use(await startFakeModel({ lmx: true, models: model })),
  };
  const bareRelay = stack.use(await startBareRelay(models.sse));
  const daemons = stack.use(new AsyncDisposableStack());
  const shared = new Map<Upstream, Promise<TestDaemon>>();

  const optionsOf = (upstream: Upstream): StartDaemonOptions => ({ modelUrl: models[upstream].url, provider: "auto" });
  const folder = async () => {
    const path = await Deno.makeTempDir({ prefix: "opta-bench-" });
    folders.push(path);
    return path;
  };
  const ownDaemon = async (upstream: Upstream, stateDir?: string) => {
    const daemon = await startDaemon({ ...optionsOf(upstream), stateDir: stateDir ?? await folder() });
    if (!daemons.disposed) return daemons.use(daemon);
    await daemon.stop(); // what was given up meanwhile leaves no process behind
    throw new Error("The benchmark has ended");
  };
  const warmDaemon = async (upstream: Upstream) => {
    const daemon = await ownDaemon(upstream);
    await warmUp(daemon, models, upstream, bareRelay);
    return daemon;
  };

  const all = stack.move();
  return {
    quick,
    models,
    bareRelay,
    optionsOf,
    folder,
    ownDaemon,
    daemon(upstream) {
      const daemon = shared.get(upstream) ?? warmDaemon(upstream);
      shared.set(upstream, daemon);
      return daemon;
    },
    choose: (full, small) => quick ? small : full,
    say: (text) => console.error(text),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
