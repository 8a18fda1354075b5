import { assert, assertEquals } from "@std/assert";
import { initialState } from "@opta/protocol";
import type { ConnectionState } from "@opta/protocol/client";
import stringWidth from "string-width";
import { type StatusFacts, statusLine } from "./status_line.ts";
import { themeOf } from "./theme.ts";

const live: ConnectionState = { kind: "live", transport: "ws", sinceMs: 0 };
const facts: StatusFacts = {
  state: { ...initialState("sess_1", "e"), title: "count to 5" },
  connection: live,
  mode: "chat",
  usual: { model: "qwen3", provider: "lmx", transport: "ws" },
  attached: [],
  more: 0,
  speed: null,
  nowMs: 0,
};
const theme = themeOf("none");
// deno-lint-ignore no-control-regex
const plain = (lines: string[]) => lines.map((line) => line.replaceAll(/\x1b\[[\d;]*m/g, ""));
const shown = (facts: StatusFacts, columns: number, rows = 24) => plain(statusLine(facts, { columns, rows, theme }));

const busy: StatusFacts = {
  ...facts,
  speed: { tokens: 120, perSecond: 41.6 },
  attached: [
    { clientId: "a", writerId: "ann@a", kind: "terminal" },
    { clientId: "b", writerId: "bob@b", kind: "web" },
  ],
  more: 1,
};

Deno.test("statusLine() has session and model in one line, and what happens in another, or both in a wide one", () => {
  assertEquals(shown(busy, 80), [
    "● live · count to 5 · qwen3 · ws · chat",
    "~120 tokens · ~42/s · 3 clients · ann@a, bob@b",
  ]);
  assertEquals(shown(busy, 120), [
    "● live · count to 5 · qwen3 · ws · chat · ~120 tokens · ~42/s · 3 clients · ann@a, bob@b",
  ]);
  assertEquals(shown(facts, 80).length, 2); // nothing moves when a turn begins
});

Deno.test("statusLine() drops what matters least, is never wider than the terminal, and keeps the connection", () => {
  assertEquals(shown(facts, 30, 10), ["● live · count to 5 · qwen3"]);
  for (let columns = 1; columns <= 130; columns++) {
    for (const line of shown(busy, columns)) assert(stringWidth(line) <= columns, `${columns}: ${line}`);
    if (columns >= 6) assert(shown(busy, columns)[0]!.startsWith("● liv"));
  }
});

Deno.test("statusLine() counts down to the next attempt to connect", () => {
  const reason = { code: "unreachable" as const, message: "no", retryable: true };
  const connection: ConnectionState = { kind: "waiting", retryAtMs: 3_400, reason };
  assertEquals(shown({ ...facts, connection, nowMs: 1_000 }, 80)[0]?.split(" · ")[0], "○ reconnecting 3 s");
});

Deno.test("statusLine() takes nothing of a title or a model name for a command to the terminal", () => {
  const state = { ...facts.state, title: "a\x1b[2Jb\n\u202ec", model: "m\x07" };
  assertEquals(shown({ ...facts, state }, 80)[0], "● live · ab c · m · chat");
});
