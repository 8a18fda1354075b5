/** Models that call tools in ways that make no sense: the turn ends once, its log is whole, and the session goes on. */
import { assert, assertEquals } from "@std/assert";
import { type OptaEvent, payloads, type UnknownEvent } from "@opta/protocol";
import fc from "fast-check";
import type { ModelPart } from "../model/model.ts";
import { FileMemory } from "../tools/files/file_memory.ts";
import { fileTools } from "../tools/files/file_tools.ts";
import { HostError } from "../tools/host/host_process.ts";
import { runTools } from "../tools/run/run_tools.ts";
import { MAX_RESULT_LENGTH, type Tool, type ToolOutcome } from "../tools/tool.ts";
import { noTools, type ToolSource } from "../tools/turn_tools.ts";
import { webTools } from "../tools/web/web_tools.ts";
import { type Harness, harness, turnOf } from "./testing/harness.ts";

/** What a tool comes to: an outcome, a host that fails, or a bug. */
type Result = ToolOutcome | "host error" | "bug";

/** The daemon's tools as models see them; what they do is as told. */
class HollowTools implements ToolSource {
  next: () => Result = () => ({ ok: true, result: "done" });
  readonly tools: readonly Tool[] = [...fileTools(new FileMemory()), ...runTools(noProcesses), ...webTools].map((
    tool,
  ) => ({
    ...tool,
    preview: () => ({ subject: "anything" }),
    run: () => {
      const result = this.next();
      if (result === "bug") throw new TypeError("a bug of the tool");
      return result === "host error" ? Promise.reject(new HostError("its host has died")) : Promise.resolve(result);
    },
  }));

  async open(request: Parameters<ToolSource["open"]>[0]) {
    return { ...await noTools.open(request), offered: new Map(this.tools.map((tool) => [tool.name, tool])) };
  }

  readonly hasProcess = noTools.hasProcess;
  readonly close = noTools.close;
  readonly remove = noTools.remove;
}

function noProcesses(): never {
  throw new TypeError("no tool runs here");
}

const tools = new HollowTools();
const names = tools.tools.map(({ name }) => name);

/** Arguments as models send them: right, nearly right, and anything. */
const args = fc.oneof(
  fc.record({ path: fc.string(), content: fc.string() }).map((value) => JSON.stringify(value)),
  fc.record({ command: fc.string({ minLength: 1 }) }).map((value) => JSON.stringify(value)),
  fc.record({ pattern: fc.string({ unit: "binary" }), limit: fc.oneof(fc.integer(), fc.double()) }).map((value) =>
    JSON.stringify(value)
  ),
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "{",
    "{}",
    "null",
    "[]",
    '{"__proto__":{"path":"a"}}',
    '{"path":"a"}{"path":"b"}',
    '{"path":"\\ud800"}',
  ),
);

const name = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom("", "__proto__", "constructor", "read_file\n", "READ_FILE", "\u0000"),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const piece: fc.Arbitrary<ModelPart> = fc.oneof(
  fc.record({
    type: fc.constant("tool_call" as const),
    index: fc.oneof(fc.nat(5), fc.nat(70)),
    id: fc.oneof(
      fc.constant(null),
      fc.constantFrom("call_1", "call_2", "", "__proto__"),
      fc.string({ unit: "binary" }),
    ),
    name: fc.oneof(fc.constant(null), name),
    argumentsDelta: args,
  }),
  fc.record({ type: fc.constantFrom("text" as const, "thinking" as const), text: fc.string({ unit: "binary" }) }),
);

const answer = fc.record({
  pieces: fc.array(piece, { maxLength: 12 }),
  reason: fc.oneof({ weight: 4, arbitrary: fc.constant("tool_calls") }, {
    weight: 1,
    arbitrary: fc.constantFrom("stop", "length", "", "?"),
  }),
});

const result: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ ok: fc.boolean(), result: fc.string({ unit: "binary" }) }),
  fc.constant({ ok: true, result: "\u001b]52;c;eA==\u0007\u0000".repeat(MAX_RESULT_LENGTH) }),
  fc.constant("host error" as const),
);

async function turnWith(
  h: Harness,
  sessionId: string,
  answers: { pieces: ModelPart[]; reason: string }[],
): Promise<void> {
  const session = await h.sessions.get(sessionId);
  const stop = new AbortController();
  const speak = async () => {
    for (let i = 0; !stop.signal.aborted; i++) {
      const { pieces, reason } = answers[i] ??
        { pieces: [{ type: "text", text: "Done." }] as ModelPart[], reason: "stop" };
      const next = await h.models.next();
      next.say(...pieces);
      next.finish(reason);
    }
  };
  void speak();
  const { turnId } = await session.submit(turnOf("go", "alice", { overrides: { dangerous: true } }));
  await h.until(sessionId, (event) => endOf(event) === turnId);
  stop.abort();
}

/** The turn that an event ends. */
function endOf(event: OptaEvent | UnknownEvent): string | null {
  return event.event === "turn.done" || event.event === "turn.error" ? event.payload.turnId : null;
}

/** The log is readable, each turn of it ends once, and each call once after it has begun. */
function assertWhole(events: (OptaEvent | UnknownEvent)[], turns: number): void {
  const begun = new Map<string, number>();
  for (const event of events) {
    assert(event.event !== "unknown", "each event is of the contract");
    payloads[event.event].parse(event.payload);
    if (event.event === "tool.start") {
      const key = `${event.payload.turnId} ${event.payload.callId}`;
      assert(!begun.has(key), `twice: ${key}`);
      begun.set(key, 0);
    }
    if (event.event === "tool.end") {
      const key = `${event.payload.turnId} ${event.payload.callId}`;
      begun.set(key, (begun.get(key) ?? -1) + 1);
      assert(event.payload.result.length <= MAX_RESULT_LENGTH);
    }
  }
  assertEquals([...begun.values()].filter((ends) => ends !== 1), []);
  assertEquals(events.filter((event) => endOf(event) !== null).length, turns);
}

Deno.test("whatever a model calls, the turn ends once, and the next one as well [T1]", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { maxLength: 6 }),
      fc.array(result, { minLength: 1, maxLength: 5 }),
      async (answers, results) => {
        let at = 0;
        tools.next = () => results[at++ % results.length]!;
        await using h = harness(undefined, undefined, tools);
        const { state: { sessionId } } = await h.create();
        await turnWith(h, sessionId, answers);
        await turnWith(h, sessionId, []);
        assertWhole(await h.events(sessionId), 2);
        assertEquals(h.reports, []);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("arguments nested without end, and a tool with a bug, end the turn and not the session [T1]", async () => {
  const deep = (levels: number) => `{"path":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  for (const levels of [50, 1_000, 10_000, 500_000]) {
    await using h = harness(undefined, undefined, tools);
    const { state: { sessionId } } = await h.create();
    const pieces: ModelPart[] = ["read_file", "no_such_tool"].map((name, index) => ({
      ...{ type: "tool_call", index, id: null, name, argumentsDelta: deep(levels) },
    }));
    await turnWith(h, sessionId, [{ pieces, reason: "tool_calls" }]);
    await turnWith(h, sessionId, []);
    assertWhole(await h.events(sessionId), 2);
    assertEquals(h.reports, [], `${levels}`);
  }
  tools.next = () => "bug";
  await using h = harness(undefined, undefined, tools);
  const { state: { sessionId } } = await h.create();
  const call: ModelPart = { type: "tool_call", index: 0, id: "c", name: "read_file", argumentsDelta: '{"path":"a"}' };
  await turnWith(h, sessionId, [{ pieces: [call], reason: "tool_calls" }]);
  tools.next = () => ({ ok: true, result: "done" });
  await turnWith(h, sessionId, []);
  const events = await h.events(sessionId);
  assertEquals(events.filter((event) => endOf(event) !== null).length, 2);
});
