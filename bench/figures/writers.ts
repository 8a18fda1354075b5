/** Two writers who submit at the same moment. */
import type { OptaEvent } from "@opta/protocol";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { Rounds } from "../interleave.ts";
import { OptaSocket } from "../opta_socket.ts";
import { atLeast, rowOf } from "../rows.ts";
import { createSession } from "../turns.ts";

export const writers: Figure = {
  name: "writers",
  method: "Two WebSockets submit to one session at once. Good is when both turns run, one after the other, and both " +
    "clients see the same events in the same order.",
  async measure(bench) {
    const opta = new Rounds();
    const tries = bench.choose(20, 5);
    let good = 0;
    for (let i = 0; i < tries; i++) if (await submitAtOnce(bench)) good++;
    opta.add({ inOrder: good * 100 / tries });
    const label = "two submits at once: both run, in one order for both";
    return [rowOf({ key: "writers.in-order", label, unit: "%", opta, stat: "inOrder", target: atLeast(100) })];
  },
};

async function submitAtOnce(bench: Bench): Promise<boolean> {
  const daemon = await bench.daemon("sse");
  const sessionId = await createSession(daemon);
  await bench.models.sse.script({ tokens: 20, pace: 1_000, times: 2 });
  await using one = await OptaSocket.open(daemon);
  await using two = await OptaSocket.open(daemon);
  const seen = Promise.all([one, two].map((socket) => eventsUntilBothEnded(socket)));
  await Promise.all([one.follow(sessionId), two.follow(sessionId)]);
  await Promise.all([one.submit(sessionId, "one", "one"), two.submit(sessionId, "two", "two")]);
  const [first = [], second = []] = await seen;
  return JSON.stringify(first) === JSON.stringify(second) && isOneAfterTheOther(first);
}

function eventsUntilBothEnded(socket: OptaSocket): Promise<OptaEvent[]> {
  const events: OptaEvent[] = [];
  return new Promise((resolve) => {
    socket.onEvent = (event) => {
      events.push(event);
      if (events.filter(({ event }) => event === "turn.done" || event === "turn.error").length === 2) resolve(events);
    };
  });
}

/** Both turns were answered, and neither began before the other had ended. */
function isOneAfterTheOther(events: OptaEvent[]): boolean {
  const course = events.map(({ event }) => event).filter((event) => event === "turn.start" || event === "turn.done");
  return course.join() === "turn.start,turn.done,turn.start,turn.done";
}
