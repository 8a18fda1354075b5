/**
 * Whatever is lost, doubled, reordered or torn down on the way, a client ends with the fold of the log, and has never
 * shown anything else than the log in order.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hashState } from "../state_hash.ts";
import { type Move, moves } from "../testing/moves.ts";
import type { Session } from "./session.ts";
import { attach, soon } from "./testing/attach.ts";
import { type ActFate, LogDaemon } from "./testing/log_daemon.ts";
import type { Fault } from "./testing/subscriber.ts";

/** Enough for a rare order of faults to come up over the days, few enough for every run of the suite. */
const RUNS = 40;
/** Milliseconds between heartbeats: the fifteen seconds of a daemon, much faster. */
const HEARTBEAT_MS = 20;

type Step =
  | { play: Move[] }
  | { faults: Fault[] }
  | { fate: ActFate }
  | { cut: number; isAttached: boolean }
  | "submit"
  | "hang up"
  | "restart"
  | "heartbeat"
  | "catch up"
  | "round trip";

const faults = fc.constantFrom<Fault>("pass", "drop", "double", "hold", "close");
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ play: fc.array(fc.constantFrom(...moves), { minLength: 1, maxLength: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ faults: fc.array(faults, { minLength: 1, maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ fate: fc.constantFrom<ActFate>("hang up after", "hang up before") }) },
  { weight: 1, arbitrary: fc.record({ cut: fc.nat(8), isAttached: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Step>("submit", "hang up", "restart", "heartbeat", "catch up", "round trip"),
  },
);

async function take(step: Exclude<Step, "submit">, daemon: LogDaemon, session: Session): Promise<void> {
  switch (step) {
    case "hang up":
      return daemon.hangUp();
    case "restart":
      return await daemon.restart();
    case "heartbeat":
      return daemon.heartbeat();
    case "catch up":
      return await session.caughtUp(soon());
    case "round trip": // so that what is on its way arrives
      return void await (await fetch(daemon.endpoint.baseUrl)).body?.cancel();
  }
  if ("play" in step) daemon.play(...step.play);
  else if ("faults" in step) daemon.faults.push(...step.faults);
  else if ("fate" in step) daemon.fates.push(step.fate);
  else await loseHistory(daemon, step.cut, step.isAttached);
}

/** A new epoch whose history ends earlier, before clients' eyes or while the daemon is away [E2]. */
async function loseHistory(daemon: LogDaemon, cut: number, isAttached: boolean): Promise<void> {
  const keepThrough = Math.max(0, daemon.log.headSeq - cut);
  const epoch = `${daemon.log.epoch}+`;
  if (isAttached) return daemon.rewrite(keepThrough, epoch);
  await daemon.stop();
  daemon.log.rewrite(keepThrough, epoch);
  daemon.start();
}

/** Says what in the told history does not follow from what was told before [R1]. */
function validate(session: Session): string[] {
  const wrong: string[] = [];
  let expected = NaN;
  session.subscribe((change) => {
    const { epoch, seq } = session.state;
    if (change.kind === "event" && change.event.seq !== seq) wrong.push(`event ${change.event.seq} shown at ${seq}`);
    if (change.kind === "event" && seq !== expected) wrong.push(`event ${seq} of ${epoch} instead of ${expected}`);
    if (change.kind !== "connection") expected = seq + 1;
  });
  return wrong;
}

for (const transport of ["ws", "sse"] as const) {
  Deno.test(`Session always ends equal to the fold of the log, over ${transport} [E3, R1, R2, R3, R4, S4]`, async () => {
    const scenario = fc.record({ snapshot: fc.boolean(), steps: fc.array(steps, { maxLength: 40, size: "max" }) });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ snapshot, steps }) => {
        await using daemon = new LogDaemon();
        await using session = attach(daemon, { transport, snapshot });
        const wrong = validate(session);
        const submitted: Promise<unknown>[] = [];
        const heartbeats = setInterval(() => daemon.heartbeat(), HEARTBEAT_MS);
        try {
          for (const step of steps) {
            if (step === "submit") submitted.push(session.submit("Hello", { signal: soon() }));
            else await take(step, daemon, session);
          }
          daemon.faults.length = daemon.fates.length = 0;
          await Promise.all(submitted);
          const { epoch, headSeq } = daemon.log;
          const state = await session.until((state) => state.epoch === epoch && state.seq === headSeq, soon());
          assertEquals(await hashState(state), await hashState(daemon.log.state));
          assertEquals(wrong, []);
          const ids = [...state.queue, ...state.turns, ...state.active ? [state.active] : []].map((turn) =>
            turn.turnId
          );
          assertEquals(new Set(ids).size, ids.length);
        } finally {
          clearInterval(heartbeats);
        }
      }),
      { numRuns: RUNS },
    );
  });
}
