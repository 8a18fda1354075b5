import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type EventDraft, type OptaEvent, parseEvent, type Payload, type UnknownEvent } from "./event.ts";
import { fold, GapError } from "./fold.ts";
import { MAX_UNDONE } from "./limits.ts";
import { initialState, type SessionState, type Turn } from "./state.ts";
import { canonicalJson } from "./state_hash.ts";
import { LogWriter } from "./testing/log_writer.ts";
import { done, moves, nextDelta, play, request } from "./testing/moves.ts";

const empty = initialState("s1", "e1");

function event(line: string): OptaEvent | UnknownEvent {
  return parseEvent(JSON.parse(line));
}

function foldAll(lines: readonly string[], from = empty): SessionState {
  return lines.reduce((state, line) => fold(state, event(line)), from);
}

/** What the drafts fold to. */
function stateOf(...drafts: EventDraft[]): SessionState {
  const log = new LogWriter();
  for (const draft of drafts) log.append(draft);
  return log.state;
}

function queued(turnId: string, writerId = "w1"): EventDraft {
  const payload = { turnId, writerId, clientId: "c1", position: 0, content: `Do ${turnId}`, mode: "do" } as const;
  return { event: "turn.queued", payload };
}

function started(turnId: string, writerId = "w1"): EventDraft {
  return { event: "turn.start", payload: { turnId, writerId, model: "m1", provider: "fake", transport: "ws" } };
}

function token(turnId: string, text: string, partId = "p1", offset = 0): EventDraft {
  return { event: "turn.token", payload: { turnId, text, partId, offset } };
}

function thought(turnId: string, text: string, partId = "p1", offset = 0): EventDraft {
  return { event: "turn.thinking", payload: { turnId, text, partId, offset } };
}

function finished(turnId: string, stats: Partial<Payload<"turn.done">["stats"]> = {}): EventDraft {
  const payload = done({ turnId, writerId: "w1", clientId: "c1" });
  return { event: "turn.done", payload: { ...payload, stats: { ...payload.stats, ...stats } } };
}

function resolved(requestId: string, decision: "allow" | "deny", decidedBy: string): EventDraft {
  return { event: "permission.resolved", payload: { requestId, decision, decidedBy, reason: "user" } };
}

function lastTurn({ turns }: SessionState): Turn {
  const turn = turns.at(-1);
  assert(turn);
  return turn;
}

/** Freezes all that can be reached, so that a change of it throws. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

const anyLog = fc.array(fc.constantFrom(...moves), { minLength: 1, maxLength: 60 }).map((names) => {
  const log = new LogWriter();
  for (const name of names) play(log, name);
  return log;
});

Deno.test("fold() ignores an event that it has seen [E3]", () => {
  const log = new LogWriter();
  const first = log.append(queued("t1"));
  log.append(started("t1"));
  assertStrictEquals(fold(log.state, event(first)), log.state);
});

Deno.test("fold() refuses an event that does not follow the one before [R1]", () => {
  const log = new LogWriter();
  log.append(queued("t1"));
  const state = log.state;
  log.append(started("t1"));
  const third = log.append(token("t1", "Hi"));
  const error = assertThrows(() => fold(state, event(third)), GapError);
  assertEquals([error.expectedSeq, error.seq], [2, 3]);
});

Deno.test("fold() refuses an event of another epoch, whatever its number [E2]", () => {
  const state = stateOf(queued("t1"), started("t1"));
  for (const seq of [1, 2, 3]) {
    const line = { v: "3", event: "x", daemonId: "d", sessionId: "s1", epoch: "e2", seq, ts: "2026", payload: {} };
    assertThrows(() => fold(state, parseEvent(line)), GapError);
  }
});

Deno.test("fold() moves its cursor over an event that it does not know, and changes nothing else [E7]", () => {
  const log = new LogWriter();
  log.append(queued("t1"));
  const before = log.state;
  log.appendUnknown("session.moved");
  assertEquals(log.state.seq, 2);
  assertEquals({ ...log.state, seq: before.seq, updatedAt: before.updatedAt }, before);
});

Deno.test("fold() takes a snapshot in place of whatever it held [R2]", () => {
  const log = new LogWriter();
  for (const move of moves) play(log, move);
  const other = stateOf(queued("other"));
  assertEquals(canonicalJson(fold(other, event(log.snapshotLine()))), canonicalJson(log.state));
});

Deno.test("fold() gives the same state from a snapshot and its rest as from the whole log [R2]", () => {
  fc.assert(fc.property(anyLog, fc.nat(), (log, cut) => {
    const at = cut % (log.headSeq + 1);
    const snapshot = JSON.parse(JSON.stringify(foldAll(log.lines.slice(0, at))));
    assertEquals(canonicalJson(foldAll(log.lines.slice(at), snapshot)), canonicalJson(foldAll(log.lines)));
  }));
});

Deno.test("fold() changes neither the state nor the event that it is given", () => {
  fc.assert(fc.property(anyLog, (log) => {
    let state = freeze(initialState("s1", "e1"));
    for (const line of log.lines) state = freeze(fold(state, freeze(event(line))));
    assertEquals(canonicalJson(state), canonicalJson(log.state));
  }));
});

Deno.test("fold() ends each turn exactly once, and one runs at a time [T1, S1]", () => {
  fc.assert(fc.property(anyLog, ({ state }) => {
    const turns = [...state.turns, ...(state.active ? [state.active] : []), ...state.queue];
    assertEquals(new Set(turns.map((turn) => turn.turnId)).size, turns.length);
    assertEquals(state.turns.every((turn) => turn.end !== undefined), true);
    assertEquals(state.active?.end, undefined);
    assertEquals(state.queue.every((turn) => !turn.start && !turn.end), true);
  }));
});

Deno.test("fold() keeps the turns before the running one as they are, however long the history", () => {
  const log = new LogWriter();
  for (const move of ["submit", "start", "text", "done", "submit", "start"] as const) play(log, move);
  const before = log.state;
  play(log, "text");
  assertStrictEquals(log.state.turns, before.turns);
  assertStrictEquals(log.state.queue, before.queue);
});

Deno.test("fold() describes the session; what an update does not name stays", () => {
  const messages = [{ role: "user", content: "Before" }] as const;
  const createdAt = "2026-01-01T00:00:00.000Z";
  const first: EventDraft = {
    event: "session.updated",
    payload: { createdAt, title: "One", model: "m1", tags: ["a"], metadata: { k: 1 }, messages: [...messages] },
  };
  const state = stateOf(first, { event: "session.updated", payload: { model: null } });
  const { title, model, tags, metadata, imported } = state;
  assertEquals({ title, model, tags, metadata }, { title: "One", model: null, tags: ["a"], metadata: { k: 1 } });
  assertEquals(imported, [...messages]);
  assertEquals([state.createdAt, state.updatedAt > createdAt], [createdAt, true]);
});

Deno.test("fold() queues turns in the order of the log, with their writers [S1, S3]", () => {
  const state = stateOf(queued("t1", "ada"), queued("t2", "bob"), queued("t3", "ada"));
  assertEquals(state.queue.map(({ turnId, writerId }) => [turnId, writerId]), [
    ["t1", "ada"],
    ["t2", "bob"],
    ["t3", "ada"],
  ]);
  assertEquals(state.writers, ["ada", "bob"]);
  assertEquals(state.queue[0]?.clientTurnId, null);
});

Deno.test("fold() makes the started turn the running one", () => {
  const { active, queue } = stateOf(queued("t1"), queued("t2"), started("t1"));
  assertEquals([active?.turnId, active?.start?.model], ["t1", "m1"]);
  assertEquals(queue.map((turn) => turn.turnId), ["t2"]);
  assertEquals(stateOf(started("never queued")).active, null);
});

Deno.test("fold() joins increments of one part and begins another where kind or part changes [E4]", () => {
  const log = new LogWriter();
  for (const draft of [queued("t1"), started("t1"), thought("t1", "Hm"), thought("t1", "m.", "p1", 2)]) {
    log.append(draft);
  }
  for (const draft of [token("t1", "One ", "p2"), token("t1", "two.", "p2", 4), token("t1", "Three.", "p3")]) {
    log.append(draft);
  }
  assertEquals(log.state.active?.parts, [
    { kind: "thinking", partId: "p1", text: "Hmm." },
    { kind: "text", partId: "p2", text: "One two." },
    { kind: "text", partId: "p3", text: "Three." },
  ]);
});

Deno.test("fold() adds up to the whole text, which the offsets verify [E4]", () => {
  fc.assert(fc.property(fc.array(fc.string({ minLength: 1, unit: "binary" })), (texts) => {
    const log = new LogWriter();
    log.append(queued("t1"));
    log.append(started("t1"));
    for (const text of texts) {
      assert(log.state.active);
      const delta = nextDelta(log.state.active, "text", text);
      const held = log.state.active.parts[0];
      assertEquals(delta.offset, held?.kind === "text" ? held.text.length : 0);
      log.append({ event: "turn.token", payload: delta });
    }
    const part = log.state.active?.parts[0];
    assertEquals(part?.kind === "text" ? part.text : "", texts.join(""));
  }));
});

Deno.test("fold() ignores text of a turn that does not run", () => {
  const state = stateOf(queued("t1"), started("t1"), finished("t1"), token("t1", "late"), token("t2", "lost"));
  assertEquals(state.active, null);
  assertEquals(lastTurn(state).parts, []);
});

Deno.test("fold() shows progress until text comes", () => {
  const progress = { turnId: "t1", phase: "prefill", message: "Reading", elapsedMs: 900 };
  const waiting = [queued("t1"), started("t1"), { event: "turn.progress", payload: progress }] satisfies EventDraft[];
  assertEquals(stateOf(...waiting).active?.progress?.elapsedMs, 900);
  assertEquals(stateOf(...waiting, token("t1", "Hi")).active?.progress, undefined);
  const call = { turnId: "t1", callId: "c1", toolName: "read_file", args: {} };
  assertEquals(stateOf(...waiting, { event: "tool.start", payload: call }).active?.progress, undefined);
  assertEquals(lastTurn(stateOf(...waiting, finished("t1"))).progress, undefined);
});

Deno.test("fold() attaches a tool's result to its call", () => {
  const call = { toolName: "read_file", callId: "c1", args: { path: "a" }, turnId: "t1" };
  const end = { toolName: "read_file", callId: "c1", turnId: "t1", result: "text", elapsed: 0.1, ok: true };
  const { active, toolCallCount } = stateOf(
    queued("t1"),
    started("t1"),
    { event: "tool.start", payload: call },
    { event: "tool.start", payload: { ...call, callId: "c2" } },
    { event: "tool.end", payload: end },
  );
  assertEquals(toolCallCount, 2);
  assertEquals(active?.parts.map((part) => part.kind === "tool" && [part.callId, part.end?.ok, part.end?.truncated]), [
    ["c1", true, false],
    ["c2", undefined, undefined],
  ]);
});

Deno.test("fold() keeps the first decision on a request [P1]", () => {
  const ask: EventDraft = { event: "permission.request", payload: request({ turnId: "t1" }, "r1") };
  const state = stateOf(ask, resolved("r1", "deny", "ada"), resolved("r1", "allow", "bob"));
  assertEquals(state.permissions.r1?.resolved, { decision: "deny", decidedBy: "ada", reason: "user" });
});

Deno.test("fold() keeps a request open until it is decided [P2]", () => {
  const state = stateOf({ event: "permission.request", payload: request({ turnId: "t1" }, "r1") });
  assertEquals([state.permissions.r1?.requestId, state.permissions.r1?.resolved], ["r1", undefined]);
});

Deno.test("fold() ignores a decision on a request that there is not [P1]", () => {
  assertEquals(stateOf(resolved("r1", "allow", "ada"), resolved("constructor", "allow", "ada")).permissions, {});
});

Deno.test("fold() marks the turns that a cancel names, and they end on their own [C1, T1]", () => {
  const cancel: EventDraft = {
    event: "session.cancelled",
    payload: { turnIds: ["t1", "t2"], cancelledQueued: 1, cancelledActive: 1 },
  };
  const state = stateOf(queued("t1"), queued("t2"), queued("t3"), started("t1"), cancel);
  assertEquals(state.active?.cancelRequested, true);
  assertEquals(state.queue.map((turn) => turn.cancelRequested), [true, false]);
  const ended = stateOf(queued("t1"), queued("t2"), started("t1"), cancel, finished("t2"), finished("t1"));
  assertEquals(ended.turns.map((turn) => turn.turnId), ["t2", "t1"]);
  assertEquals([ended.active, ended.queue], [null, []]);
});

Deno.test("fold() ends a turn once, whatever comes later [T1]", () => {
  const late: EventDraft = {
    event: "turn.error",
    payload: { turnId: "t1", writerId: "w1", clientId: "c1", message: "Late", code: "internal", retryable: false },
  };
  const state = stateOf(queued("t1"), started("t1"), finished("t1"), late, finished("t1"));
  assertEquals(state.turns.map((turn) => turn.end?.kind), ["done"]);
});

Deno.test("fold() keeps why a turn failed, also one that never started", () => {
  const failure = { message: "Gone", code: "lmx-ws-closed", retryable: true } as const;
  const error: EventDraft = {
    event: "turn.error",
    payload: { turnId: "t1", writerId: "w1", clientId: "c1", ...failure },
  };
  for (const state of [stateOf(queued("t1"), error), stateOf(queued("t1"), started("t1"), error)]) {
    const { end } = lastTurn(state);
    assertEquals(end, { kind: "error", ...failure, at: state.updatedAt });
    assertEquals([state.active, state.queue], [null, []]);
  }
});

Deno.test("fold() adds up tokens by how far they can be trusted", () => {
  const { usage } = stateOf(
    finished("t1", { promptTokens: 10, completionTokens: 1, usageSource: "reported" }),
    finished("t2", { promptTokens: 20, completionTokens: 2, usageSource: "reported" }),
    finished("t3", { promptTokens: 40, completionTokens: 4, usageSource: "estimated" }),
  );
  assertEquals(usage, {
    reported: { promptTokens: 30, completionTokens: 3 },
    estimated: { promptTokens: 40, completionTokens: 4 },
    partial: { promptTokens: 0, completionTokens: 0 },
  });
});

Deno.test("fold() keeps the latest of each background process, and not its output", () => {
  const log = new LogWriter();
  play(log, "background");
  play(log, "background");
  const output = { processId: "bg1", sessionId: "s1", pid: 7, seq: 1, stream: "stdout", text: "hi" } as const;
  log.append({ event: "background.output", payload: output });
  assertEquals(Object.keys(log.state.background), ["bg1"]);
  assertEquals(log.state.seq, 3);
});

Deno.test("fold() keeps the turns that a summary stands for, and the last summary", () => {
  const compacted = (throughTurnId: string, summary: string): EventDraft => ({
    event: "session.compacted",
    payload: { turnId: "t3", throughTurnId, summary, replacedTokens: 9, summaryTokens: 3, model: "m1" },
  });
  const turns = ["t1", "t2"].flatMap((turnId) => [queued(turnId), started(turnId), finished(turnId)]);
  const state = stateOf(...turns, compacted("t1", "First."), compacted("t2", "Both."));
  assertEquals(state.compaction, { throughTurnId: "t2", summary: "Both." });
  assertEquals(state.turns.map(({ turnId }) => turnId), ["t1", "t2"]);
  assertEquals(empty.compaction, null);
});

Deno.test("fold() keeps the latest undos, each after the last turn that had begun", () => {
  const undone = (n: number): EventDraft => {
    const what = { changeSet: "t1", turnId: "t1", undoId: `undo_${n}`, kind: "undo" } as const;
    return { event: "session.undone", payload: { ...what, files: [`f${n}`], fileCount: 1 } };
  };
  assertEquals(stateOf(undone(0)).undone, undefined);
  const cancelled = [queued("t2"), finished("t2")];
  const { undone: kept = [] } = stateOf(
    ...[queued("t1"), started("t1"), finished("t1"), ...cancelled],
    ...Array.from({ length: MAX_UNDONE + 1 }, (_, n) => undone(n)),
  );
  assertEquals(kept.length, MAX_UNDONE);
  assertEquals(kept[0], { afterTurnId: "t1", kind: "undo", files: ["f1"], fileCount: 1 });
});
