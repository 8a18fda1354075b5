import {
  type EventDraft,
  fold,
  initialState,
  messagesOf,
  type OptaEvent,
  parseEvent,
  type SessionState,
} from "@opta/protocol";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { LogWriter } from "../../../protocol/testing/log_writer.ts";
import { moves, play } from "../../../protocol/testing/moves.ts";
import { ImportFault } from "./import_fault.ts";
import { readSessionFile } from "./read_session_file.ts";
import { type SessionFile, sessionIdOf } from "./session_file.ts";

const NOW = "2026-03-01T00:00:00.000Z";
const TS = "2026-01-05T10:00:00.000Z";

function read(content: unknown): Promise<SessionFile> {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return readSessionFile(new Blob([text]).stream(), NOW);
}

/** What the lines of a file fold to; each must be an event that follows the one before. */
function stateOf({ text }: SessionFile): SessionState {
  const events = text.trimEnd().split("\n").map((line) => parseEvent(JSON.parse(line)) as OptaEvent);
  return events.reduce(fold, initialState("import", "import"));
}

async function faultOf(content: unknown): Promise<string> {
  return (await assertRejects(() => read(content), ImportFault)).message;
}

const conversation = {
  id: "abc-123",
  created: "2025-03-04T10:00:00.000Z",
  model: "qwen",
  cwd: "/home/somebody/project",
  title: "The files",
  tags: ["work", "old"],
  toolCallCount: 1,
  compacted: false,
  messages: [
    { role: "system", content: "You are Opta." },
    { role: "user", content: "List the files." },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c1", type: "function", function: { name: "list_dir", arguments: '{"path":"."}' } }],
    },
    { role: "tool", tool_call_id: "c1", content: "a.txt" },
    { role: "assistant", content: "There is a.txt." },
    { role: "user", content: [{ type: "text", text: "Thanks." }] },
    { role: "assistant", content: "You are welcome." },
  ],
};

Deno.test("readSessionFile() makes turns of a session file of the Node releases", async () => {
  const file = await read(conversation);
  const state = stateOf(file);
  assertEquals([file.format, file.origin, file.remarks], ["messages", null, []]);
  assertEquals([state.title, state.model, state.tags], ["The files", "qwen", ["work", "old"]]);
  assertEquals([state.createdAt, state.updatedAt], [conversation.created, conversation.created]);
  assertEquals(state.metadata, { importedId: "abc-123", importedCwd: "/home/somebody/project" });
  assertEquals(state.workspace, null);
  assertEquals(messagesOf(state), [
    { role: "system", content: "You are Opta." },
    { role: "user", content: "List the files." },
    { role: "assistant", content: "There is a.txt." },
    { role: "user", content: "Thanks." },
    { role: "assistant", content: "You are welcome." },
  ]);
  const [tool] = state.turns[0]?.parts ?? [];
  assert(tool?.kind === "tool");
  assertEquals([tool.toolName, tool.args, tool.end?.result], ["list_dir", { path: "." }, "a.txt"]);
  assertEquals([state.turns.length, state.toolCallCount, state.active], [2, 1, null]);
});

Deno.test("readSessionFile() takes other spellings of the same for the same", async () => {
  const other = await read({
    sessionId: "abc-123",
    createdAt: Date.parse(conversation.created),
    modelId: "qwen",
    workingDirectory: "/home/somebody/project",
    name: "The files",
    tags: ["work", "old", "work"],
    messages: [
      { role: "developer", content: "You are Opta." },
      { role: "human", content: ["List the ", { type: "input_text", text: "files." }] },
      { role: "ai", content: [{ type: "tool_use", id: "c1", name: "list_dir", input: { path: "." } }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "c1", content: [{ type: "text", text: "a.txt" }] }],
      },
      { role: "assistant", content: "There is a.txt." },
      { role: "user", content: "Thanks." },
      { role: "model", content: "You are welcome." },
    ],
  });
  assertEquals(stateOf(other), stateOf(await read(conversation)));
});

Deno.test("readSessionFile() keeps the times of messages, whichever way they are written", async () => {
  const at = (hour: number) => `2025-03-04T1${hour}:00:00.000Z`;
  const state = stateOf(
    await read({
      messages: [
        { role: "user", content: "one", timestamp: at(1) },
        { role: "assistant", content: "1", createdAt: Date.parse(at(2)) },
        { role: "user", content: "two", created_at: Date.parse(at(3)) / 1_000 },
        { role: "assistant", content: "2" },
      ],
    }),
  );
  assertEquals(state.turns.map(({ queuedAt, end }) => [queuedAt, end?.at]), [[at(1), at(2)], [at(3), at(3)]]);
  assertEquals([state.createdAt, state.updatedAt], [at(1), at(3)]);
});

Deno.test("readSessionFile() counts what it passes over, and says that a picture was there", async () => {
  const file = await read({
    messages: [
      {
        role: "user",
        content: [{ type: "text", text: "see " }, { type: "image_url", image_url: { url: "x" } }],
        mood: 1,
      },
      { role: "assistant", content: "nice", usage: {}, reasoning_content: "hm" },
      { role: "user", content: " " },
    ],
    colour: "red",
  });
  const state = stateOf(file);
  assertEquals(state.turns.map(({ content }) => content), ["see [image_url]"]);
  assertEquals(state.turns[0]?.parts.map(({ kind }) => kind), ["thinking", "text"]);
  assertEquals(file.remarks, [
    "passed over: 1 × colour, 1 × messages.mood, 1 × image_url, 1 × messages.usage, 1 × empty message",
  ]);
});

Deno.test("readSessionFile() tells calls apart that share an id, and shows a result without its call", async () => {
  const call = (name: string) => ({ role: "assistant", toolCalls: [{ id: "call_0", name, args: {} }] });
  const state = stateOf(
    await read([
      { role: "user", content: "go" },
      call("first"),
      { role: "tool", toolCallId: "call_0", content: "1" },
      call("second"),
      { role: "tool", toolCallId: "call_0", content: "2", is_error: true },
      { role: "tool", tool_call_id: "lost", name: "third", content: "3" },
      call("never answered"),
    ]),
  );
  const calls = state.turns[0]?.parts.flatMap((part) => part.kind === "tool" ? [part] : []) ?? [];
  assertEquals(calls.map(({ toolName, end }) => [toolName, end?.result, end?.ok]), [
    ["first", "1", true],
    ["second", "2", false],
    ["third", "3", true],
    ["never answered", undefined, undefined],
  ]);
  assertEquals(new Set(calls.map(({ callId }) => callId)).size, 4);
});

Deno.test("readSessionFile() refuses what is no session, and says where", async () => {
  const one = (message: unknown) => ({ messages: [{ role: "user", content: "a" }, message] });
  const cases: [RegExp, unknown][] = [
    [/^it is empty$/, " \n"],
    [/^(line \d+: )?it is not valid JSON$/, '{"messages": [\n{]}'],
    [/^it is no session: expected/, { hello: 1 }],
    [/^it is no session: expected/, { messages: { 0: "x" } }],
    [/^must be an object, and is 7/, 7],
    [/^messages\[1\]: must be an object, and is "x"/, one("x")],
    [/^messages\[1\]\.role: "constructor" is no role/, one({ role: "constructor", content: "x" })],
    [/^messages\[1\]\.role: must be a text, and is nothing/, one({ content: "x" })],
    [/^messages\[1\]\.content: must be a text or a list/, one({ role: "user", content: 7 })],
    [/^messages\[1\]\.content\[0\]\.text: must be a text/, one({ role: "user", content: [{ type: "text" }] })],
    [/^messages\[1\]\.tool_calls: must be a list/, one({ role: "assistant", tool_calls: {} })],
    [/^messages\[1\]\.tool_calls\[0\]\.name: must be/, one({ role: "assistant", tool_calls: [{ id: "x" }] })],
    [/^messages\[1\]\.timestamp: "soon" is no time/, one({ role: "user", content: "x", timestamp: "soon" })],
    [/^messages\[1\]\.content: is longer than/, one({ role: "user", content: "x".repeat(600_000) })],
    [/^created: true is no time/, { ...conversation, created: true }],
    [/^created: 1700000000000000 is no time/, { ...conversation, created: 1_700_000_000_000_000 }],
    [/^title: must be a text/, { ...conversation, title: ["x"] }],
    [/^tags\[1\]: must be a text/, { ...conversation, tags: ["x", 1] }],
    [/nested deeper/, `{"messages":${"[".repeat(100_000)}`],
    [
      /^messages\[1\]\.x: it has the key "__proto__"/,
      '{"messages":[{"role":"user","content":"a"},{"x":{"__proto__":{}}}]}',
    ],
    [/^turns\[0\]\.parts: /, {
      sessionId: "s",
      epoch: "e",
      seq: 1,
      createdAt: TS,
      updatedAt: TS,
      turns: [{ turnId: "t", writerId: "w", clientId: "c", mode: "chat", content: "x", queuedAt: TS }],
    }],
    [/^line 3: it is not valid JSON/, `\n${new LogWriter().append({ event: "session.updated", payload: {} })}\n{`],
    [/^line 2: it is not valid JSON/, `${new LogWriter().append({ event: "session.updated", payload: {} })}\n{`],
    [
      /^line 1: payload\.title|^line 1: title/,
      JSON.stringify({
        v: "3",
        event: "session.updated",
        daemonId: "d",
        sessionId: "s",
        epoch: "e",
        seq: 1,
        ts: TS,
        payload: { title: 7 },
      }),
    ],
  ];
  for (const [message, content] of cases) assertMatch(await faultOf(content), message);
  const invalid = new Blob([new Uint8Array([0x7b, 0xff])]).stream();
  assertMatch((await assertRejects(() => readSessionFile(invalid, NOW), ImportFault)).message, /not valid UTF-8/);
});

Deno.test("readSessionFile() keeps as text the arguments of a call that no event could hold", async () => {
  const odd = ["[".repeat(30) + "]".repeat(30), '{"a":{"__proto__":{"x":1}}}', '{"cut off'];
  const calls = odd.map((text, i) => ({ id: `c${i}`, function: { name: "f", arguments: text } }));
  const state = stateOf(await read([{ role: "user", content: "go" }, { role: "assistant", tool_calls: calls }]));
  const args = state.turns[0]?.parts.map((part) => part.kind === "tool" && part.args);
  assertEquals(args, odd.map((text) => ({ arguments: text })));
});

Deno.test("readSessionFile() gives a conversation without a title that of its first question", async () => {
  const messages = [{ role: "assistant", content: "Hello!" }, { role: "user", content: " Why is it blue?\nThe sky." }];
  assertEquals(stateOf(await read({ messages })).title, "Why is it blue?");
  assertEquals(stateOf(await read({ title: " ", messages })).title, "Why is it blue?");
  assertEquals(stateOf(await read({ messages: [] })).title, "");
});

Deno.test("readSessionFile() bounds what it makes of a file, and what it says of it", async () => {
  assertMatch(
    await faultOf(Array(90_000).fill({ role: "user", content: "a" })),
    /^it makes more than the 64\.0 MiB/,
  );
  const keys = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i}`.padStart(99, "k"), 1]));
  const [remark = ""] = (await read({ messages: [{ role: "user", content: "a" }], ...keys })).remarks;
  assertMatch(remark, /, and 980 more$/);
  assert(remark.length < 1_500);
  assert((await faultOf([{ role: "r".repeat(9_999) }])).length < 100);
});

Deno.test("readSessionFile() stops to wait for what never comes when it is told to", async () => {
  const controller = new AbortController();
  let isCancelled = false;
  const silent = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const reading = assertRejects(() => readSessionFile(silent, NOW, controller.signal), Error, "enough");
  controller.abort(new Error("enough"));
  await reading;
  assert(isCancelled);
});

Deno.test("readSessionFile() never fails otherwise, whatever JSON it is given", async () => {
  const message = fc.record({
    role: fc.constantFrom("user", "assistant", "system", "tool", "else"),
    content: fc.oneof(fc.string(), fc.jsonValue()),
    tool_calls: fc.jsonValue(),
    timestamp: fc.oneof(fc.constant(undefined), fc.double(), fc.string()),
  }, { requiredKeys: ["role"] });
  const file = fc.oneof(fc.jsonValue(), fc.record({ messages: fc.array(message), title: fc.jsonValue() }));
  await fc.assert(fc.asyncProperty(file, async (content) => {
    try {
      stateOf(await read(content));
    } catch (error) {
      assert(error instanceof ImportFault, String(error));
    }
  }));
});

Deno.test("an exported session in JSON folds to what it was, apart from what no event tells", async () => {
  const drawn = fc.array(fc.constantFrom(...moves.filter((move) => move !== "unknown")), { maxLength: 50 });
  await fc.assert(fc.asyncProperty(drawn, async (drawn) => {
    const log = new LogWriter();
    log.append({
      event: "session.updated",
      payload: { title: "T", tags: ["x"], createdAt: "2026-01-01T00:00:00.000Z" },
    });
    for (const move of drawn) play(log, move);
    const file = await read(log.state);
    assertEquals([file.format, file.origin], ["json", { sessionId: "s1", epoch: "e1", seq: log.headSeq }]);
    const plain = (state: SessionState) => {
      const { turns, active, queue, imported, title, tags, permissions, background, usage, updatedAt } = state;
      const withoutProgress = turns.map(({ progress: _, cancelRequested: __, ...turn }) => turn);
      const open = [...(active ? [active.turnId] : []), ...queue.map(({ turnId }) => turnId)];
      return { turns: withoutProgress, open, imported, title, tags, permissions, background, usage, updatedAt };
    };
    assertEquals(plain(stateOf(file)), plain(log.state));
  }));
});

Deno.test("the same content has the same id, and other content another one", async () => {
  const log = (ids: { sessionId: string; epoch: string }, title: string) => {
    const draft: EventDraft = { event: "session.updated", payload: { title, createdAt: TS } };
    return JSON.stringify({ v: "3", ...draft, daemonId: "d", ...ids, seq: 1, ts: TS });
  };
  const idOf = async (content: unknown) => sessionIdOf((await read(content)).hash);
  const one = await idOf(log({ sessionId: "a", epoch: "1" }, "T"));
  assertEquals(await idOf(log({ sessionId: "b", epoch: "2" }, "T")), one);
  assertNotEquals(await idOf(log({ sessionId: "a", epoch: "1" }, "U")), one);
  assertMatch(one, /^sess_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assertEquals(await idOf(conversation), await idOf(conversation));
});
