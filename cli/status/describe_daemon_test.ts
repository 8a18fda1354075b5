import { assertEquals } from "@std/assert";
import { describeHealth, describeSandbox, describeVersion, formatCheckpoints } from "./describe_daemon.ts";
import { formatClients } from "./format_runtime.ts";

Deno.test("describeHealth() says why a daemon is degraded, and takes one that does not say at its word", () => {
  assertEquals(describeHealth({ status: "ok", health: null }), "running");
  assertEquals(describeHealth({ status: "ok", health: { status: "ok", reasons: [] } }), "running");
  assertEquals(
    describeHealth({ status: "read_only", health: { status: "degraded", reasons: ["A is so.", "B is so."] } }),
    "running, read only, degraded: A is so. B is so.",
  );
});

Deno.test("describeVersion() names both sides when they differ", () => {
  assertEquals(describeVersion({ version: "1.0.0", clientVersion: "1.0.0" }), "1.0.0");
  assertEquals(describeVersion({ version: "1.0.0", clientVersion: "1.1.0" }), "1.0.0; this client is 1.1.0");
});

Deno.test("formatCheckpoints() tells a full count from one that was given up", () => {
  assertEquals(formatCheckpoints({ bytes: 0, files: 0, isWhole: true }), "none");
  assertEquals(formatCheckpoints({ bytes: 2048, files: 1, isWhole: true }), "2 KiB in 1 file");
  assertEquals(formatCheckpoints({ bytes: 2048, files: 9, isWhole: false }), "at least 2 KiB in 9 files");
});

Deno.test("describeSandbox() says what is not held back, why it is not known, and lets a newer kind stand", () => {
  assertEquals(describeSandbox({ kind: null, problem: "its process died" }), "not known: its process died");
  assertEquals(describeSandbox({ kind: "none", problem: null }), "none: commands can touch all your files");
  assertEquals(describeSandbox({ kind: "vm", problem: null }), "vm");
});

Deno.test("formatClients() counts doors, kinds and the unnamed; an older daemon's figures stand alone", () => {
  const runtime = { connectionCount: 2, subscriberCount: 5 };
  assertEquals(formatClients(runtime, null), "2 connected, 5 subscriptions");
  assertEquals(formatClients(runtime, { ws: 2, sse: 0, kinds: {}, unnamed: 0 }), "2 WebSockets");
  assertEquals(
    formatClients(runtime, { ws: 1, sse: 1, kinds: { web: 2 }, unnamed: 1 }),
    "1 WebSocket, 1 event stream; following: 2 web, 1 without a name",
  );
});
