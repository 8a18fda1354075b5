import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ZodError } from "zod";
import { Envelope, type EventName, parseEvent, payloads } from "./event.ts";
import { LogWriter } from "./testing/log_writer.ts";
import { moves, play } from "./testing/moves.ts";

const envelope = {
  v: "3",
  event: "turn.token",
  daemonId: "d1",
  sessionId: "s1",
  epoch: "e1",
  seq: 7,
  ts: "2026-01-01T00:00:00.000Z",
  payload: { text: "Hi", turnId: "t1", partId: "p1", offset: 0 },
};

Deno.test("parseEvent() gives back what a log has, unchanged [E6]", () => {
  assertEquals<unknown>(parseEvent(envelope), envelope);
  const log = new LogWriter();
  for (const move of moves) play(log, move);
  for (const line of log.lines) {
    const value = JSON.parse(line);
    if (value.event in payloads) assertEquals<unknown>(parseEvent(value), value);
  }
});

Deno.test("parseEvent() keeps the place of an event that it does not know, and its name [E7]", () => {
  const { event, payload: _, ...place } = envelope;
  for (const name of ["session.moved", "toString", "__proto__", ""]) {
    const parsed = parseEvent({ ...envelope, event: name, payload: 7 });
    assertEquals<unknown>(parsed, { ...place, event: "unknown", payload: { name } });
  }
  assertNotEquals(event, "unknown");
});

Deno.test("parseEvent() drops keys of a later version and refuses another shape [E7]", () => {
  const later = { ...envelope, flavour: "new", payload: { ...envelope.payload, colour: "red" } };
  assertEquals<unknown>(parseEvent(later), envelope);
  assertThrows(() => parseEvent({ ...envelope, payload: { ...envelope.payload, offset: -1 } }), ZodError);
  assertThrows(() => parseEvent({ ...envelope, payload: null }), ZodError);
});

Deno.test("parseEvent() refuses what is no envelope [E1, E2]", () => {
  const bad: Record<string, unknown>[] = [{ v: "2" }, { seq: -1 }, { seq: 1.5 }, { seq: "7" }, { epoch: null }, {
    ts: 0,
  }];
  for (const fault of bad) assertThrows(() => parseEvent({ ...envelope, ...fault }), ZodError);
  for (const value of [null, 7, "line", [], {}]) assertThrows(() => parseEvent(value), ZodError);
});

Deno.test("parseEvent() either parses or throws a ZodError, whatever it is given", () => {
  const name = fc.constantFrom(...Object.keys(payloads) as EventName[]);
  fc.assert(fc.property(name, fc.jsonValue(), fc.jsonValue(), (event, payload, anything) => {
    for (const value of [anything, { ...envelope, event, payload }]) {
      try {
        Envelope.parse(parseEvent(value));
      } catch (error) {
        if (!(error instanceof ZodError)) throw error;
      }
    }
  }));
});

Deno.test("payloads has the event names that clients in the field know, and those that they pass over [E7]", () => {
  const later = ["session.compacted", "session.undone"];
  const known = Object.keys(payloads).filter((name) => !later.includes(name));
  assertEquals(known.sort(), [
    "background.output",
    "background.status",
    "permission.request",
    "permission.resolved",
    "session.cancelled",
    "session.snapshot",
    "session.updated",
    "tool.end",
    "tool.start",
    "turn.done",
    "turn.error",
    "turn.progress",
    "turn.queued",
    "turn.start",
    "turn.thinking",
    "turn.token",
  ]);
});
