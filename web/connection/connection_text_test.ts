import { assertEquals } from "@std/assert";
import type { ConnectionState } from "@opta/protocol/client";
import { describeConnection } from "./connection_text.ts";
import { nameOf } from "./presence.tsx";

const signedIn = { kind: "signed-in" } as const;
const reason = { code: "x", message: "It broke.", retryable: true };
const describe = (connection: ConnectionState, nowMs = 0) => describeConnection(connection, signedIn, nowMs);

Deno.test("describeConnection() says nothing while all is well, or the page is signed out", () => {
  assertEquals(describe({ kind: "live", transport: "ws", sinceMs: 0 }), null);
  assertEquals(
    describeConnection({ kind: "connecting", transport: "ws" }, { kind: "ticket-wanted", problem: null }, 0),
    null,
  );
});

Deno.test("describeConnection() counts down, and says what cannot be mended by waiting", () => {
  assertEquals(describe({ kind: "connecting", transport: "sse" })?.text, "Connecting by SSE …");
  const waiting = { kind: "waiting", retryAtMs: 4_200, reason } as const;
  assertEquals(describe(waiting, 1_000)?.text, "No connection: It broke. Now trying again in 4 s …");
  assertEquals(describe(waiting, 4_000)?.text, "No connection: It broke. Now trying again …");
  assertEquals(describe({ kind: "closed", reason }), { text: "It broke.", isUrgent: true });
});

Deno.test("nameOf() says with what somebody is here, once", () => {
  assertEquals(nameOf({ clientId: "c", writerId: "bob", kind: "terminal" }), "bob (terminal)");
  assertEquals(nameOf({ clientId: "c", writerId: "ann (web)", kind: "web" }), "ann (web)");
  assertEquals(nameOf({ clientId: "0123456789", writerId: null, kind: "unknown" }), "01234567");
});
