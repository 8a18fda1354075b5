import { initialState, type SessionState, type Turn } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { toMarkdown } from "./to_markdown.ts";

const at = "2026-11-22T10:00:00.000Z";
const stats = {
  tokens: 1,
  promptTokens: 1,
  completionTokens: 1,
  toolCalls: 0,
  elapsed: 1,
  speed: 1,
  firstTokenLatencyMs: 1,
  usageSource: "reported",
} as const;

function turn(more: Partial<Turn>): Turn {
  const ids = { turnId: "t", writerId: "alice", clientId: "c", clientTurnId: null };
  return {
    ...ids,
    mode: "chat",
    content: "Hello",
    overrides: {},
    queuedAt: at,
    parts: [],
    cancelRequested: false,
    ...more,
  };
}

function session(more: Partial<SessionState>): SessionState {
  return { ...initialState("sess_1", "e"), createdAt: at, ...more };
}

Deno.test("toMarkdown() shows messages, tools and answers in order, and how a turn ended when not plainly", () => {
  const start = { at, model: "m-1", provider: "p", transport: "t" };
  const text = (text: string) => ({ kind: "text", partId: "p", text }) as const;
  const markdown = toMarkdown(session({
    title: "Tea\n# and cake",
    model: "m-1",
    imported: [{ role: "user", content: "Before" }],
    turns: [
      turn({
        start,
        parts: [
          { kind: "thinking", partId: "p0", text: "not shown" },
          {
            kind: "tool",
            callId: "1",
            toolName: "read",
            args: { path: "`x`" },
            end: { ok: true, result: "", elapsed: 1, truncated: false },
          },
          text("Good "),
          text("day."),
        ],
        end: { kind: "done", finishReason: "stop", stats, at },
      }),
      turn({
        content: "Again",
        start,
        end: { kind: "error", code: "internal", message: "it broke", retryable: false, at },
      }),
    ],
    queue: [turn({ content: "Later" })],
  }));
  assertEquals(
    markdown,
    `# Tea # and cake

- Session: sess_1
- Created: ${at}
- Model: m-1

## User

Before

## alice, ${at}

Hello

## m-1

*Tool read, done:* \`\` {"path":"\`x\`"} \`\`

Good day.

## alice, ${at}

Again

## m-1

*Failed: it broke*

## alice, ${at}

Later

## Assistant

*Not finished.*
`,
  );
});

Deno.test("toMarkdown() gives a session without anything a title", () => {
  assertEquals(toMarkdown(session({})).split("\n")[0], "# Untitled session");
});
