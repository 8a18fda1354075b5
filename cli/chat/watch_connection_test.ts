import { assertEquals } from "@std/assert";
import type { ConnectionState } from "@opta/protocol/client";
import { connectionWatcher } from "./watch_connection.ts";

const reason = { code: "unreachable", message: "gone", retryable: true };
const waiting: ConnectionState = { kind: "waiting", retryAtMs: 0, reason };
const connecting: ConnectionState = { kind: "connecting", transport: "ws" };
const replaying: ConnectionState = { kind: "replaying", transport: "ws" };
const live: ConnectionState = { kind: "live", transport: "ws", sinceMs: 0 };

Deno.test("connectionWatcher() says each loss and each return once", () => {
  const said: string[] = [];
  const look = connectionWatcher((text) => said.push(text));
  [connecting, replaying, live].forEach(look);
  assertEquals(said, []);
  [waiting, connecting, waiting, connecting, replaying, live, waiting, live].forEach(look);
  const [lost, back] = ["connection lost, reconnecting …", "reconnected"];
  assertEquals(said, [lost, back, lost, back]);
});
