import { assertEquals } from "@std/assert";
import { formatOverview } from "./format_overview.ts";
import type { Overview } from "./read_overview.ts";

const overview: Overview = {
  daemon: {
    running: true,
    url: "http://127.0.0.1:9999",
    pid: 7,
    version: "1.2.3",
    problem: null,
    health: "ok",
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
`,
  );
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
  const nothing = { daemon, modelServer: null, model: null, traffic: null, sessions: null };
  assertEquals(
    formatOverview(nothing),
    'Daemon  not running (there is no state file); it starts with "opta chat" or "opta daemon start"\n',
  );
});
