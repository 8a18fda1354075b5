/**
 * A model server that drops its WebSocket in the middle of answers, again and again, and what becomes of the turns. The
 * moments are chosen by a seed, which is printed; `OPTA_DROPS_SEED` runs it again.
 */
import { assert, assertEquals } from "@std/assert";
import { answerOf, type Turn } from "@opta/protocol";
import { Api, Session } from "@opta/protocol/client";
import { readNumbered, type SeenRequest } from "./support/mod.ts";
import { besideClients, openHandles } from "./support/open_handles.ts";
import { createSession } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

const SESSIONS = 20;
const WARM_UP_TURNS = 300;
const TURNS = 1_000;
/** Of an answer. */
const TOKENS = 30;
/** V8 lets its heap grow to a multiple of what is in use before it tidies up; a leak of 100 KiB a turn adds more. */
const MAX_GROWTH_MIB = 96;
/** Far more than all of it takes; whoever reaches it has lost a turn. */
const LIMIT_MS = 120_000;
const POLL_MS = 20;

Deno.test("a server that drops its socket in the middle of answers: each turn ends once, with what had come [T1]", async () => {
  const seed = Number(Deno.env.get("OPTA_DROPS_SEED") ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  try {
    console.log(`OPTA_DROPS_SEED=${seed}: ${await attack(seed)}`);
  } catch (cause) {
    throw new Error(`It failed with OPTA_DROPS_SEED=${seed}`, { cause });
  }
});

/** Runs and checks all turns; returns what happened, for people. */
async function attack(seed: number): Promise<string> {
  await using fake = await startFakeModel();
  const answer = { tokens: TOKENS, numberTokens: true, pace: 400 };
  await fake.script({ ...answer, transport: "ws", fault: { kind: "drop_some", oneIn: 25, seed } });
  // While the socket is left alone turns go over SSE: slowly, so that most of the turns are those that are dropped.
  await fake.script({ ...answer, transport: "sse", prefill: 250 });
  await using daemon = await startDaemon({ modelUrl: fake.url, provider: "lmx" });
  const signal = AbortSignal.timeout(LIMIT_MS);
  const lanes = await Promise.all(Array.from({ length: SESSIONS }, (_, lane) => Lane.open(daemon, lane, signal)));
  try {
    await runTurns(lanes, WARM_UP_TURNS);
    const before = await used(daemon, fake.port);
    await runTurns(lanes, TURNS);
    const after = await used(daemon, fake.port);

    const turns = lanes.flatMap(({ turns }) => turns);
    assertEquals(turns.length, WARM_UP_TURNS + TURNS);
    for (const lane of lanes) assertEquals([...lane.ends.values()], lane.turns.map(() => 1), "each ends exactly once");
    const { requests, sockets } = await fake.stats();
    const askedFor = Map.groupBy(requests, questionOf);
    for (const turn of turns) checkTurn(turn, askedFor.get(turn.content) ?? []);
    const brokenOff = turns.filter(({ end }) => end?.kind === "error").length;
    assert(brokenOff >= SESSIONS, `only ${brokenOff} turns met a drop, which proves nothing`);

    const { modelTraffic } = (await new Api(daemon.endpoint).call("metrics")).runtime;
    assertEquals(Object.keys(modelTraffic.requests).toSorted(), ["sse", "ws"]);
    assert(Object.values(modelTraffic.requests).reduce((sum, count) => sum + count) >= turns.length);
    const grownMiB = after.rssMiB - before.rssMiB;
    assert(grownMiB < MAX_GROWTH_MIB, `the daemon grew from ${before.rssMiB} MiB to ${after.rssMiB} MiB`);

    await fake.kill();
    await handlesAreBack(daemon, fake.port, before.handles, signal);
    return `${brokenOff} of ${turns.length} turns broke off, ${sockets.opened} sockets were opened, ` +
      `${grownMiB.toFixed(1)} MiB grown, traffic ${JSON.stringify(modelTraffic)}`;
  } finally {
    await Promise.all(lanes.map(({ session }) => session.close()));
  }
}

/** One session, which runs one turn after another. */
class Lane {
  readonly session: Session;
  /** How often each turn has ended, by its id. */
  readonly ends = new Map<string, number>();
  readonly #name: string;
  readonly #signal: AbortSignal;

  static async open(daemon: TestDaemon, number: number, signal: AbortSignal): Promise<Lane> {
    const sessionId = await createSession(daemon);
    const who = { clientId: `client-${number}`, writerId: `writer-${number}` };
    const session = Session.attach({ endpoint: daemon.endpoint, sessionId, ...who });
    await session.caughtUp(signal);
    return new Lane(session, `s${number}`, signal);
  }

  private constructor(session: Session, name: string, signal: AbortSignal) {
    this.session = session;
    this.#name = name;
    this.#signal = signal;
    session.subscribe((change) => {
      if (change.kind !== "event") return;
      const { event } = change;
      if (event.event !== "turn.done" && event.event !== "turn.error") return;
      const { turnId } = event.payload;
      this.ends.set(turnId, (this.ends.get(turnId) ?? 0) + 1);
    });
  }

  get turns(): readonly Turn[] {
    return this.session.state.turns;
  }

  async runTurn(): Promise<void> {
    const number = this.turns.length;
    await this.session.submit(`${this.#name}t${number}`, { signal: this.#signal });
    await this.session.until(({ turns }) => turns.length > number, this.#signal);
  }
}

async function runTurns(lanes: readonly Lane[], count: number): Promise<void> {
  let begun = 0;
  await Promise.all(lanes.map(async (lane) => {
    while (begun < count) {
      begun++;
      await lane.runTurn();
    }
  }));
}

/** The log holds whole tokens from the first one on, as they were sent, of the one request that was answered. */
function checkTurn(turn: Turn, requests: readonly SeenRequest[]): void {
  const received = readNumbered(answerOf(turn), turn.content);
  const answered = requests.filter(({ sent }) => sent > 0);
  assertEquals(answered.length, 1, `${turn.content} was answered ${answered.length} times`);
  assertEquals(received, answered[0]?.sent, `${turn.content} lost a part`);
  if (turn.end?.kind === "done") assertEquals([turn.end.finishReason, received], ["stop", TOKENS], turn.content);
  else assertEquals(turn.end?.code, "lmx-ws-closed", turn.content);
}

function questionOf({ body }: SeenRequest): string {
  return (body as { messages: { content: string }[] }).messages.at(-1)?.content ?? "";
}

async function used(daemon: TestDaemon, modelPort: number): Promise<{ rssMiB: number; handles: number | null }> {
  const { runtime } = await new Api(daemon.endpoint).call("health");
  return { rssMiB: runtime.memoryBytes.rss / 2 ** 20, handles: (await handlesOf(daemon, modelPort))?.own ?? null };
}

/** Descriptors of the daemon, without its clients' connections; `null` when nobody tells. */
async function handlesOf(daemon: TestDaemon, modelPort: number): Promise<{ own: number; toModel: number } | null> {
  if (Deno.build.os !== "linux") return null;
  const handles = await openHandles(daemon.pid);
  const toModel = handles.connections.filter(({ remotePort }) => remotePort === modelPort).length;
  return { own: besideClients(handles, daemon.state.port) - toModel, toModel };
}

/** The connections to the server that is gone are closed, and nothing is open beside what was before. */
async function handlesAreBack(
  daemon: TestDaemon,
  modelPort: number,
  before: number | null,
  signal: AbortSignal,
): Promise<void> {
  if (before === null) return console.log("Descriptors are not counted: only Linux tells them.");
  while (true) {
    const now = await handlesOf(daemon, modelPort);
    if (now && now.toModel === 0 && now.own <= before) return;
    if (signal.aborted) throw new Error(`${before} descriptors before, and now ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
