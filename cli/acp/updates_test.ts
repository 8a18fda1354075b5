import type { Turn } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { locationsOf, pieceUpdates, questionUpdate } from "./updates.ts";

const part = { kind: "tool" as const, callId: "c1", toolName: "run_command", args: { command: "npm test" } };
const end = { ok: false, result: "x".repeat(70_000), elapsed: 1, truncated: false };

Deno.test("pieceUpdates() tells of a call when it begins and when it ends, and of one that is known whole at once", () => {
  const started = pieceUpdates({ kind: "tool", part, step: "start" });
  assertEquals(started.map((update) => "status" in update ? update.status : null), ["in_progress"]);
  const whole = pieceUpdates({ kind: "tool", part: { ...part, end }, step: "whole" });
  assertEquals(whole.map((update) => "status" in update ? update.status : null), ["in_progress", "failed"]);
  assertEquals(JSON.stringify(whole[1]).length < 66_000, true, "a result has a bound");
  assertEquals(pieceUpdates({ kind: "text", text: "", isFirst: true }), []);
});

Deno.test("questionUpdate() names who asked elsewhere, safely", () => {
  const turn = { writerId: "bob\x1b[31m", content: "hi" } as Turn;
  assertEquals(questionUpdate(turn, false), {
    sessionUpdate: "user_message_chunk",
    content: { type: "text", text: "bob: hi" },
  });
});

Deno.test("locationsOf() gives absolute paths", () => {
  assertEquals(locationsOf({ path: "src/a.ts" }, "/home/ann"), [{ path: "/home/ann/src/a.ts" }]);
  assertEquals(locationsOf({ path: "/etc/hosts" }, "/home/ann"), [{ path: "/etc/hosts" }]);
  assertEquals(locationsOf({}, "/home/ann"), []);
});
