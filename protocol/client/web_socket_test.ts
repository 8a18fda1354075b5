import { assertEquals, assertThrows } from "@std/assert";
import { attach, soon } from "./testing/attach.ts";
import { LogDaemon } from "./testing/log_daemon.ts";

/** Runs on a platform that has no WebSocket, as Node 20. */
async function withoutWebSocket(run: () => Promise<void>): Promise<void> {
  const { WebSocket: own } = globalThis;
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    await run();
  } finally {
    Object.assign(globalThis, { WebSocket: own });
  }
}

Deno.test("where there is no WebSocket a session takes SSE at once, and says so to who insists", async () => {
  await using daemon = new LogDaemon();
  await withoutWebSocket(async () => {
    await using session = attach(daemon);
    await session.caughtUp(soon());
    assertEquals(daemon.follows.map(({ door }) => door), ["sse"]);
    assertThrows(() => attach(daemon, { transport: "ws" }), TypeError, "Pass one as `webSocket`");
  });
});

Deno.test("a WebSocket that is passed in is taken in place of the platform's, with the token in a header", async () => {
  await using daemon = new LogDaemon();
  const asked: unknown[] = [];
  class Passed {
    constructor(url: string, options?: { headers: Record<string, string> }) {
      asked.push([new URL(url).pathname, options?.headers.authorization]);
      return new WebSocket(url, options as unknown as string[]); // Deno takes options there
    }
  }
  await using session = attach(daemon, { webSocket: Passed });
  await session.caughtUp(soon());
  assertEquals(daemon.follows.map(({ door }) => door), ["ws"]);
  assertEquals(asked, [["/v3/ws", `Bearer ${daemon.endpoint.token}`]]);
});
