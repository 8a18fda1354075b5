import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type OptaEvent, parseEvent, type UnknownEvent } from "../event.ts";
import { LogWriter } from "../testing/log_writer.ts";
import { moves, play } from "../testing/moves.ts";
import { type Advance, advance, completeReplay, cursorOf, distrust, emptyView, isBehind, type View } from "./view.ts";

function event(line: string | undefined): OptaEvent | UnknownEvent {
  assert(line !== undefined);
  return parseEvent(JSON.parse(line));
}

function viewOf(result: Advance): View {
  assert("view" in result, result.kind);
  return result.view;
}

function logOf(...names: (typeof moves)[number][]): LogWriter {
  const log = new LogWriter();
  for (const name of names) play(log, name);
  return log;
}

function foldAll(log: LogWriter): View {
  return log.lines.reduce((view, line) => viewOf(advance(view, event(line))), emptyView("s1"));
}

Deno.test("emptyView() has no cursor: everything is asked for [E3]", () => {
  assertEquals(cursorOf(emptyView("s1")), null);
});

Deno.test("advance() takes the first event for the beginning of a new state", () => {
  const log = logOf("retitle", "retitle");
  const first = advance(emptyView("s1"), event(log.lines[0]));
  assertEquals(first.kind === "event" && first.start && cursorOf(first.start), { epoch: "e1", seq: 0 });
  const second = advance(viewOf(first), event(log.lines[1]));
  assertEquals(second.kind === "event" && second.start, null);
  assertEquals(cursorOf(viewOf(second)), { epoch: "e1", seq: 2 });
});

Deno.test("advance() ignores an event that the view holds [E3]", () => {
  const log = logOf("retitle", "submit");
  assertEquals(advance(foldAll(log), event(log.lines[0])), { kind: "seen" });
});

Deno.test("advance() refuses an event that leaves a gap, and keeps its cursor [R1]", () => {
  const log = logOf("retitle", "submit", "start");
  const view = viewOf(advance(emptyView("s1"), event(log.lines[0])));
  const result = advance(view, event(log.lines[2]));
  assertEquals(result.kind, "gap");
  assertStrictEquals(viewOf(result), view);
  assertEquals(advance(emptyView("s1"), event(log.lines[1])).kind, "gap");
});

Deno.test("advance() refuses an event of another epoch [E2]", () => {
  const view = foldAll(logOf("retitle", "retitle"));
  const other = new LogWriter("s1", "e2");
  for (const move of ["retitle", "retitle", "retitle"] as const) play(other, move);
  for (const line of other.lines) assertEquals(advance(view, event(line)).kind, "gap");
});

Deno.test("advance() moves the cursor over an event that it does not know [E7]", () => {
  const log = logOf("retitle", "unknown");
  const before = viewOf(advance(emptyView("s1"), event(log.lines[0])));
  const after = viewOf(advance(before, event(log.lines[1])));
  assertEquals(cursorOf(after)?.seq, 2);
  assertEquals({ ...after.state, seq: 1, updatedAt: before.state.updatedAt }, before.state);
});

Deno.test("advance() takes a snapshot in place of everything before it [R2]", () => {
  const log = logOf("submit", "start", "text");
  const result = advance(emptyView("s1"), event(log.snapshotLine()));
  assertEquals(result.kind, "reset");
  assertEquals(cursorOf(viewOf(result)), { epoch: "e1", seq: 3 });
  const next = event(play(log, "text"));
  assertEquals(viewOf(advance(viewOf(result), next)).state.seq, 4);
});

Deno.test("advance() does not go back in time for a late snapshot [E3]", () => {
  const log = logOf("retitle");
  const late = event(log.snapshotLine());
  play(log, "retitle");
  assertEquals(advance(foldAll(log), late), { kind: "seen" });
});

Deno.test("advance() takes a shorter history when its own cannot be served any more [R3]", () => {
  const log = logOf("retitle", "submit", "start");
  const view = foldAll(log);
  log.rewrite(1, "e1");
  const result = advance(distrust(view), event(log.snapshotLine()));
  assertEquals(result.kind, "reset");
  assertEquals(viewOf(result).state.seq, 1);
});

Deno.test("advance() does not go on from a view that cannot be served any more [R3]", () => {
  const log = logOf("retitle", "submit", "start");
  const view = distrust(foldAll(log));
  assertEquals(cursorOf(view), null);
  assertEquals(advance(view, event(play(log, "text"))).kind, "gap");
});

Deno.test("advance() does not trust a snapshot whose state is of another place than its envelope [R2]", () => {
  const log = logOf("retitle", "retitle");
  const snapshot = JSON.parse(log.snapshotLine());
  const result = advance(emptyView("s1"), parseEvent({ ...snapshot, seq: 1 }));
  assertEquals(result.kind, "gap");
  assertEquals(cursorOf(viewOf(result)), null);
});

Deno.test("advance() asks for a fresh state when a delta does not continue the text that it holds [E4]", () => {
  const log = logOf("submit", "start", "text");
  const view = foldAll(log);
  const line = JSON.parse(play(log, "text"));
  for (const offset of [0, line.payload.offset - 1, line.payload.offset + 1]) {
    const result = advance(view, parseEvent({ ...line, payload: { ...line.payload, offset } }));
    assertEquals(result.kind, "gap");
    assertEquals(cursorOf(viewOf(result)), null);
  }
  assertEquals(advance(view, parseEvent(line)).kind, "event");
});

Deno.test("completeReplay() accepts when everything up to the head is held [R1]", () => {
  const view = foldAll(logOf("retitle", "retitle"));
  assertEquals(completeReplay(view, "e1", 2), { kind: "seen" });
  assertEquals(completeReplay(view, "e1", 3).kind, "gap");
  assertEquals(completeReplay(view, "e2", 2).kind, "gap");
  assertEquals(completeReplay(distrust(view), "e1", 2).kind, "gap");
});

Deno.test("completeReplay() makes the state of an empty log", () => {
  const result = completeReplay(emptyView("s1"), "e1", 0);
  assertEquals(result.kind, "reset");
  assertEquals(cursorOf(viewOf(result)), { epoch: "e1", seq: 0 });
});

Deno.test("isBehind() says whether the log has more [R4]", () => {
  const view = foldAll(logOf("retitle", "retitle"));
  assertEquals([1, 2, 3].map((headSeq) => isBehind(view, headSeq)), [false, false, true]);
  assertEquals(isBehind(distrust(view), 2), true);
});

Deno.test("advance() is always a true prefix of the log, whatever frames come in whatever order [E3, R1, R2]", () => {
  const scenario = fc.record({
    log: fc.array(fc.constantFrom(...moves), { minLength: 1, maxLength: 30 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 120 }),
  });
  fc.assert(fc.property(scenario, ({ log: names, picks }) => {
    const log = new LogWriter();
    const prefixes = [log.state];
    const snapshots: string[] = [log.snapshotLine()];
    for (const name of names) {
      play(log, name);
      prefixes.push(log.state);
      snapshots.push(log.snapshotLine());
    }
    let view = emptyView("s1");
    for (const [pick, isSnapshot] of picks) {
      const lines = isSnapshot && pick % 5 === 0 ? snapshots : log.lines;
      const result = advance(view, event(lines[pick % lines.length]));
      if ("view" in result) view = result.view;
      if (view.isTrue) assertEquals(json(view.state), json(prefixes[view.state.seq]));
    }
  }));
});

function json(value: unknown): string {
  return JSON.stringify(value);
}
