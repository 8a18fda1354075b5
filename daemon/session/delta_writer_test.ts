import { assert, assertEquals } from "@std/assert";
import { type EventDraft, fold, initialState, type OptaEvent } from "@opta/protocol";
import fc from "fast-check";
import { DeltaWriter } from "./delta_writer.ts";
import { COALESCE_LENGTH, IMMEDIATE_DELTAS_BURST } from "./limits.ts";

function writer(now = () => 0) {
  const drafts: EventDraft[] = [];
  return { drafts, deltas: new DeltaWriter("turn_1", (draft) => drafts.push(draft), now) };
}

Deno.test("DeltaWriter lets a delta leave within the call while the rate allows it", () => {
  const { drafts, deltas } = writer();
  deltas.push("text", "Hel");
  deltas.push("text", "lo");
  const delta = (offset: number, text: string) => ({
    event: "turn.token" as const,
    payload: { turnId: "turn_1", partId: "p1", offset, text },
  });
  assertEquals(drafts, [delta(0, "Hel"), delta(3, "lo")]);
});

Deno.test("DeltaWriter gives increments with part and offset, never the whole text [E4]", () => {
  fc.assert(fc.property(
    fc.array(fc.record({ kind: fc.constantFrom("text" as const, "thinking" as const), text: fc.string() })),
    (pieces) => {
      const { drafts, deltas } = writer();
      for (const { kind, text } of pieces) {
        deltas.push(kind, text);
        if (text.length % 2) deltas.flush();
      }
      deltas.flush();
      const lengths = new Map<string, number>();
      for (const draft of drafts) {
        assert(draft.event === "turn.token" || draft.event === "turn.thinking");
        const { partId, offset, text } = draft.payload;
        assertEquals(offset, lengths.get(partId) ?? 0);
        lengths.set(partId, offset + text.length);
      }
      const joined = (event: string) =>
        drafts.flatMap((draft) => draft.event === event && "text" in draft.payload ? [draft.payload.text] : []).join(
          "",
        );
      assertEquals(joined("turn.token"), pieces.flatMap((p) => p.kind === "text" ? [p.text] : []).join(""));
      assertEquals(joined("turn.thinking"), pieces.flatMap((p) => p.kind === "thinking" ? [p.text] : []).join(""));
    },
  ));
});

Deno.test("DeltaWriter joins a flood into deltas of bounded size", () => {
  const { drafts, deltas } = writer(() => 0); // a clock that stands still earns no allowance
  for (let i = 0; i < IMMEDIATE_DELTAS_BURST; i++) deltas.push("text", "x");
  assertEquals(drafts.length, IMMEDIATE_DELTAS_BURST);
  for (let i = 0; i < COALESCE_LENGTH - 1; i++) deltas.push("text", "y");
  assertEquals(drafts.length, IMMEDIATE_DELTAS_BURST, "held back until time or size is reached");
  deltas.push("text", "y");
  const [joined, ...more] = drafts.slice(IMMEDIATE_DELTAS_BURST);
  assert(joined?.event === "turn.token" && more.length === 0);
  assertEquals(joined.payload.text.length, COALESCE_LENGTH);
});

Deno.test("DeltaWriter lets what it holds leave after a short time", async () => {
  const left = Promise.withResolvers<void>();
  const drafts: EventDraft[] = [];
  const deltas = new DeltaWriter("turn_1", (draft) => {
    if (drafts.push(draft) > IMMEDIATE_DELTAS_BURST) left.resolve();
  }, () => 0);
  for (let i = 0; i < IMMEDIATE_DELTAS_BURST; i++) deltas.push("text", "x");
  deltas.push("text", "y");
  deltas.push("text", "z");
  await left.promise;
  const last = drafts.at(-1);
  assert(last?.event === "turn.token");
  assertEquals(last.payload.text, "yz");
});

Deno.test("DeltaWriter begins a new part after endPart()", () => {
  const { drafts, deltas } = writer();
  deltas.push("text", "a");
  deltas.endPart();
  deltas.push("text", "b");
  deltas.flush();
  assertEquals(drafts.map((draft) => "partId" in draft.payload && draft.payload.partId), ["p1", "p2"]);
});

Deno.test("DeltaWriter's deltas fold back to the text", () => {
  const { drafts, deltas } = writer();
  for (const text of ["one ", "two ", "three"]) {
    deltas.push("text", text);
    deltas.flush();
  }
  const queued: EventDraft = {
    event: "turn.queued",
    payload: { turnId: "turn_1", writerId: "w", clientId: "c", position: 0, content: "go", mode: "chat" },
  };
  const start: EventDraft = {
    event: "turn.start",
    payload: { turnId: "turn_1", writerId: "w", model: "m", provider: "p", transport: "t" },
  };
  const state = [queued, start, ...drafts].reduce(
    (state, draft, i) =>
      fold(state, {
        v: "3",
        daemonId: "d",
        sessionId: "s",
        epoch: "e",
        seq: i + 1,
        ts: "2026-01-01T00:00:00.000Z",
        ...draft,
      } as OptaEvent),
    initialState("s", "e"),
  );
  assertEquals(state.active?.parts, [{ kind: "text", partId: "p1", text: "one two three" }]);
});
