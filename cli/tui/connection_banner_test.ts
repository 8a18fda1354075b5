import { assert, assertEquals } from "@std/assert";
import type { ConnectionState } from "@opta/protocol/client";
import stringWidth from "string-width";
import { connectionBanner } from "./connection_banner.ts";
import { themeOf } from "./theme.ts";

const reason = { code: "unreachable" as const, message: "connection refused", retryable: true };
const waiting: ConnectionState = { kind: "waiting", retryAtMs: 12_000, reason };
const theme = themeOf("none");
// deno-lint-ignore no-control-regex
const plain = (lines: string[]) => lines.map((line) => line.replaceAll(/\x1b\[[\d;]*m/g, ""));

Deno.test("connectionBanner() says nothing while there is a connection", () => {
  const live: ConnectionState = { kind: "live", transport: "ws", sinceMs: 0 };
  assertEquals(connectionBanner({ connection: live, sinceMs: null, failure: null }, 0, 80, theme), []);
});

Deno.test("connectionBanner() counts down, and after a while says why, what to do, and how to leave", () => {
  const outage = { connection: waiting, sinceMs: 8_000, failure: null };
  assertEquals(plain(connectionBanner(outage, 9_000, 80, theme)), ["Connection lost: next try in 3 s"]);
  assertEquals(plain(connectionBanner(outage, 11_500, 100, theme)), [
    "No connection for 4 s, next try in 1 s: connection refused",
    "Enter on an empty line tries now, Ctrl-D leaves; what you have typed is kept for the next time",
  ]);
  const [first] = plain(connectionBanner({ ...outage, failure: "Cannot read config.json" }, 11_500, 100, theme));
  assertEquals(first, "No connection for 4 s, next try in 1 s: Cannot read config.json");
});

Deno.test("connectionBanner() is never wider than the terminal, nor more than text", () => {
  const connection: ConnectionState = { kind: "closed", reason: { ...reason, message: "gone\x1b[2J\n".repeat(20) } };
  for (const columns of [1, 10, 40, 80]) {
    for (const line of connectionBanner({ connection, sinceMs: 0, failure: null }, 9_000, columns, theme)) {
      assert(stringWidth(line) <= columns);
      assert(!line.includes("\x1b[2J") && !line.includes("\n"));
    }
  }
});
