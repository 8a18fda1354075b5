/** How soon a client that comes to a long session has all of it. */
import { Session } from "@opta/protocol/client";
import type { TestDaemon } from "../../tests/support/start_daemon.ts";
import type { Bench } from "../bench.ts";
import type { Figure, Row } from "../figure.ts";
import { Rounds, type Sample } from "../interleave.ts";
import { atMost, rowOf } from "../rows.ts";
import { percentile } from "../statistics.ts";
import { type LongSession, seedSessions } from "../seed_session.ts";

/** 10,000 events with the one that creates the session and the one that ends the seeding, near enough. */
const EVENTS: LongSession = { sessionId: "events", turns: 100, deltas: 97 };
const TURNS: LongSession = { sessionId: "turns", turns: 10_000, deltas: 1 };

export const attach: Figure = {
  name: "attach",
  method:
    "The client library attaches over a WebSocket until the state is folded. The first attach after the daemon's " +
    "start has a row of its own: the daemon then reads the log.",
  async measure(bench) {
    const rounds = { events: new Rounds(), turns: new Rounds() };
    for (let round = 0; round < bench.choose(3, 1); round++) {
      const stateDir = await bench.folder();
      await seedSessions(stateDir, [EVENTS, TURNS]);
      const daemon = await bench.ownDaemon("sse", stateDir);
      rounds.events.add(await attachOften(bench, daemon, EVENTS));
      rounds.turns.add(await attachOften(bench, daemon, TURNS));
      await daemon.stop();
    }
    return [
      ...rows("attach-events", "attach to a session of 10,000 events", rounds.events, 100),
      ...rows("attach-turns", "attach to a session of 10,000 turns (40,000 events)", rounds.turns, null),
    ];
  },
};

async function attachOften(bench: Bench, daemon: TestDaemon, { sessionId, turns }: LongSession): Promise<Sample> {
  const [first = NaN, ...later] = await Array.fromAsync(
    { length: bench.choose(31, 6) },
    () => attachOnce(daemon, sessionId, turns),
  );
  return { first, p50: percentile(later, 0.5), p95: percentile(later, 0.95) };
}

async function attachOnce(daemon: TestDaemon, sessionId: string, turns: number): Promise<number> {
  const began = performance.now();
  await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "bench", writerId: "bench" });
  await session.caughtUp();
  const ms = performance.now() - began;
  if (session.state.turns.length !== turns) throw new Error(`${session.state.turns.length} turns of ${turns}`);
  return ms;
}

function rows(key: string, label: string, opta: Rounds, p95: number | null): Row[] {
  const target = p95 === null ? null : atMost(p95);
  return [
    rowOf({ key: `${key}.p50`, label: `${label}: p50`, unit: "ms", opta, stat: "p50" }),
    rowOf({ key: `${key}.p95`, label: `${label}: p95`, unit: "ms", opta, stat: "p95", target }),
    rowOf({ key: `${key}.first`, label: `${label}: the first time`, unit: "ms", opta, stat: "first" }),
  ];
}
