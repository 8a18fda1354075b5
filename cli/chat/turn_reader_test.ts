import { assertEquals } from "@std/assert";
import type { Part, SessionState, Turn } from "@opta/protocol";
import * as fc from "fast-check";
import { sanitize } from "../output/sanitize.ts";
import { play, turn as script } from "./testing/session_script.ts";
import { type Piece, TurnReader } from "./turn_reader.ts";

const textOf = (piece: Piece) => piece.kind === "tool" ? "" : piece.text;

const anyParts = fc.array(
  fc.record({
    kind: fc.constantFrom("text" as const, "thinking" as const),
    pieces: fc.array(fc.constantFrom("a", "bc ", "\n", "\x1b", "[3", "1m", "\ud83c", "\udf4e", "漢"), { minLength: 1 }),
  }),
  { maxLength: 4 },
);

Deno.test("TurnReader gives every piece once, wherever a reset comes between", () => {
  fc.assert(fc.property(anyParts, fc.infiniteStream(fc.nat(3)), (parts, chance) => {
    const { turnId, queued, start, ...say } = script(1);
    const deltas = parts.flatMap(({ kind, pieces }) => pieces.map((piece) => say[kind](piece)));
    const reader = new TurnReader(turnId);
    const read: string[] = [];
    const state = play([queued(), start(), ...deltas], (event, state) => {
      const isDelta = event.event === "turn.token" || event.event === "turn.thinking";
      if (!isDelta || !state.active) return;
      const how = chance.next().value; // 0: the event was missed
      const pieces = how === 1 ? reader.read(state.active) : how > 1 ? reader.readDelta(event, state.active) : [];
      read.push(...pieces.map(textOf));
    });
    if (state.active) read.push(...reader.read(state.active).map(textOf));
    const shown = (state.active?.parts ?? []).map((part) => part.kind === "tool" ? "" : sanitize(part.text));
    assertEquals(read.join(""), shown.join(""));
  }));
});

Deno.test("TurnReader says where parts begin", () => {
  const call: Part = { kind: "tool", callId: "c", toolName: "read_file", args: {} };
  const parts: Part[] = [
    { kind: "thinking", partId: "p1", text: "hm" },
    call,
    { kind: "text", partId: "p2", text: "ok" },
  ];
  const turn = { turnId: "turn_1", parts } as unknown as Turn;
  const reader = new TurnReader(turn.turnId);
  assertEquals(reader.read(turn), [
    { kind: "thinking", text: "hm", isFirst: true },
    { kind: "tool", part: call, step: "start" },
    { kind: "text", text: "ok", isFirst: true },
  ]);
  assertEquals(reader.read(turn), []);
});

Deno.test("TurnReader takes a delta that belongs next without looking at the text before it", () => {
  const { turnId, queued, start, text } = script(1);
  const reader = new TurnReader(turnId);
  play([queued(), start(), text("one "), text("two ")], (event, state) => {
    if (event.event !== "turn.token" || !state.active) return;
    const isFirst = event.payload.offset === 0;
    const unseen = {
      ...state.active.parts[0],
      get text(): string {
        throw new Error("looked at the whole text");
      },
    };
    const turn = isFirst ? state.active : { ...state.active, parts: [unseen as Part] };
    assertEquals(reader.readDelta(event, turn), [{ kind: "text", text: event.payload.text, isFirst }]);
  });
});

Deno.test("TurnReader gives the start and the end of each call once, in whatever order calls end", () => {
  const { turnId, queued, start, toolStart, toolEnd } = script(1);
  const reader = new TurnReader(turnId);
  const read: string[] = [];
  const look = ({ active }: SessionState) => {
    const pieces = active ? reader.read(active) : [];
    for (const piece of pieces) if (piece.kind === "tool") read.push(`${piece.step} ${piece.part.callId}`);
  };
  const calls = [toolStart("a"), toolStart("b"), toolStart("c"), toolEnd("c"), toolEnd("a")];
  const state = play([queued(), start(), ...calls], (_, state) => look(state));
  assertEquals(read, ["start a", "start b", "start c", "end c", "end a"]);
  const missed = play([toolEnd("b"), toolStart("d"), toolEnd("d")], () => {}, state);
  look(missed);
  look(missed);
  assertEquals(read.slice(5), ["end b", "whole d"]);
});
