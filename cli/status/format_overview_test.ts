import { assert, assertEquals } from "@std/assert";
import { formatOverview } from "./format_overview.ts";
import type { Overview } from "./read_overview.ts";

const overview: Overview = {
  daemon: {
    running: true,
    url: "http://127.0.0.1:9999",
    pid: 7,
    version: "1.2.3",
    clientVersion: "1.2.3",
    problem: null,
    health: "ok",
    condition: { status: "ok", reasons: [] },
    uptimeMs: 61_000,
  },
  modelServer: {
    configured: "mac:1234",
    server: "mac:1234",
    reachable: true,
    reason: "The first loaded model.",
    lmx: { status: "ok", version: "2", models: [{ model_id: "a\x1b[2J", status: "loaded" }] },
    problem: null,
  },
  model: { provider: "lmx", model: "a", transport: "ws", reason: "The first loaded model." },
  traffic: { requests: { ws: 3, sse: 1 }, fallbacks: { broken: 1 }, retries: {} },
  sessions: { count: 2, activeTurns: 1, queuedTurns: 0 },
  clients: {
    connectionCount: 3,
    subscriberCount: 3,
    attached: { ws: 2, sse: 1, kinds: { web: 1, terminal: 2 }, unnamed: 1 },
  },
  lag: { p50: 0.2, p99: 12.34, max: 80 },
  disk: {
    databaseBytes: 4096,
    sizes: { logBytes: 1024, checkpoints: { bytes: 2 * 1024 ** 2, files: 7, isWhole: true } },
  },
};

Deno.test("formatOverview() is one line for each thing, without what a terminal would obey [security 10]", () => {
  assertEquals(
    formatOverview(overview),
    `Daemon        running at http://127.0.0.1:9999 (pid 7, version 1.2.3, up 1 min 1 s)
Model server  mac:1234, Opta LMX 2
Loaded        a
Model         a (lmx, ws): The first loaded model.
Traffic       ws 75% (3), sse 25% (1); fallbacks: broken 1
Sessions      2, turns running 1, waiting 0
Clients       2 WebSockets, 1 event stream; following: 2 terminal, 1 web, 1 without a name
Lag           p50 0.2 ms, p99 12.3 ms, max 80.0 ms
Disk          database 4 KiB, log 1 KiB, checkpoints 2.0 MiB in 7 files
`,
  );
});

Deno.test("formatOverview() says what is wrong with the daemon, and which versions meet", () => {
  const running = overview.daemon as Extract<Overview["daemon"], { problem: null }>;
  const condition = { status: "degraded" as const, reasons: ["Nothing can be stored: the disk is full"] };
  const daemon = { ...running, health: "read_only" as const, condition, clientVersion: "1.3.0" };
  assertEquals(
    formatOverview({ ...overview, daemon }).split("\n")[0],
    "Daemon        running, read only, at http://127.0.0.1:9999 (pid 7, version 1.2.3; this client is 1.3.0, " +
      "up 1 min 1 s); Nothing can be stored: the disk is full",
  );
});

Deno.test("formatOverview() keeps to 80 columns", () => {
  for (const line of formatOverview(overview, 80).trimEnd().split("\n")) assert(line.length <= 80, line);
});

Deno.test("formatOverview() says what is not there, and why", () => {
  const firstTwo = (changes: Partial<Overview>) => formatOverview({ ...overview, ...changes }).split("\n").slice(0, 2);
  const server = { ...overview.modelServer!, server: null, reachable: false, reason: "Nobody answers.", lmx: null };
  assertEquals(firstTwo({ modelServer: server })[1], "Model server  mac:1234, not reachable: Nobody answers.");
  assertEquals(firstTwo({ modelServer: { ...server, configured: null } })[1], "Model server  none: Nobody answers.");
  const unreachable = { ...overview.model!, model: "", transport: "", reason: "Nobody answers." };
  assertEquals(
    formatOverview({ ...overview, modelServer: server, model: unreachable }).split("\n")[2],
    "Model         none",
  );
  const daemon = { running: false, reason: "there is no state file" } as const;
  const others = {
    modelServer: null,
    model: null,
    traffic: null,
    sessions: null,
    clients: null,
    lag: null,
    disk: null,
  };
  const nothing = { daemon, ...others };
  assertEquals(
    formatOverview(nothing),
    'Daemon  not running (there is no state file); it starts with "opta chat" or "opta daemon start"\n',
  );
});
