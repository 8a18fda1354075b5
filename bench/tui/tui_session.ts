/** A daemon of its own with a session in it, the terminal UI on that session, and a plain client that sees what it sees. */
import { Api } from "@opta/protocol/client";
import type { TurnOverrides } from "@opta/protocol";
import { Buffer } from "node:buffer";
import type { TestDaemon } from "../../tests/support/start_daemon.ts";
import type { ScriptRule } from "../../tests/support/mod.ts";
import type { Bench } from "../bench.ts";
import { OptaSocket } from "../opta_socket.ts";
import { seedSessions } from "../seed_session.ts";
import { startTui } from "./programs.ts";
import type { PtyProbe } from "./pty_probe.ts";

/** The last word of an answer: it is painted when all of it is. */
const LAST_WORD = "Zarathustra";

/** What the status says of a connection over which all of the past has come. */
const LIVE = Buffer.from("● live").toString("latin1");

export interface TuiSession extends AsyncDisposable {
  readonly probe: PtyProbe;
  /** Milliseconds from the start of the program until it took keys, and until it said that it shows the session live. */
  readonly startMs: { keys: number; live: number };
  /** Has the model answer this, and resolves with how long after the plain client it was painted to its end. */
  answer(tokens: string[], pace: number): Promise<number>;
  /** Has the model give these answers one after another in one turn, and resolves with the longest time without an event. */
  turn(rules: ScriptRule[], overrides: TurnOverrides): Promise<number>;
}

/** @param turns that the session has already */
export async function openTuiSession(bench: Bench, turns: number, workspace: string | null): Promise<TuiSession> {
  await using stack = new AsyncDisposableStack();
  const home = await bench.folder();
  const stateDir = `${home}/daemon`;
  await Deno.mkdir(stateDir, { mode: 0o700 });
  const sessionId = "bench-tui";
  if (turns > 0) await seedSessions(stateDir, [{ sessionId, turns, deltas: 1 }]);
  const daemon = await bench.ownDaemon("sse", stateDir);
  stack.defer(() => daemon.stop().then(() => {}));
  const api = new Api(daemon.endpoint);
  const folders = workspace === null ? {} : { workspace: { cwd: workspace, dirs: [] } };
  if (turns === 0) await api.call("createSession", { body: { sessionId, ...folders } });
  else if (workspace !== null) await api.call("updateSession", { params: { sessionId }, body: folders });
  const socket = stack.use(await OptaSocket.open(daemon));
  await socket.follow(sessionId, await headOf(daemon, sessionId));
  const began = performance.now();
  const probe = stack.use(startTui(home, sessionId));
  const sinceStart = () => performance.now() - began;
  const [keys, live] = await Promise.all([probe.takesKeys().then(sinceStart), probe.painted(LIVE).then(sinceStart)]);
  const submit = async (overrides: TurnOverrides) => {
    const body = { clientId: "bench", writerId: "bench", content: "go", mode: "do", overrides } as const;
    await api.call("submitTurn", { params: { sessionId }, body });
  };
  let answers = 0;
  const answer = async (tokens: string[], pace: number | "flood") => {
    const lastWord = `${LAST_WORD}${++answers}.`; // that of the answer before may be painted once more
    await bench.models.sse.script({ tokens: [...tokens, ` ${lastWord}`], pace, times: 1 });
    const painted = probe.painted(lastWord);
    let seenAtMs = 0;
    const ended = socket.turnEnd((text) => {
      if (text.includes(lastWord)) seenAtMs = performance.now();
    });
    await submit({});
    const [paintedAtMs] = await Promise.all([painted, ended]);
    return paintedAtMs - seenAtMs;
  };
  await answer(["Once", " before", " it", " counts."], "flood");
  const all = stack.move();
  return {
    probe,
    startMs: { keys, live },
    answer,
    async turn(rules, overrides) {
      for (const rule of rules.toReversed()) await bench.models.sse.script(rule); // the newest rule is the first to serve
      const pause = longestPause(socket);
      await submit(overrides);
      return await pause;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function headOf(daemon: TestDaemon, sessionId: string): Promise<{ afterSeq: number; epoch: string }> {
  const query = { limit: 1 };
  const { headSeq, epoch } = await new Api(daemon.endpoint).call("readEvents", { params: { sessionId }, query });
  return { afterSeq: headSeq, epoch };
}

/** The longest time between two events of the next turn; fails when the turn does, or one of its tools. */
function longestPause(socket: OptaSocket): Promise<number> {
  let lastAtMs: number | null = null;
  let longest = 0;
  return new Promise((resolve, reject) => {
    socket.onEvent = (event) => {
      const now = performance.now();
      if (lastAtMs !== null) longest = Math.max(longest, now - lastAtMs);
      lastAtMs = now;
      if (event.event === "turn.done") resolve(longest);
      else if (event.event === "turn.error") reject(new Error(`The turn failed: ${event.payload.message}`));
      else if (event.event === "tool.end" && !event.payload.ok) {
        reject(new Error(`A tool failed: ${event.payload.result}`));
      }
    };
  });
}
