/** A real server on a free port, over a store in memory and a scripted model. */
import type { CreateSessionBody, RuntimeStats } from "@opta/protocol";
import { countAppends, Counters } from "../../observe/counters.ts";
import { LagMeter } from "../../observe/lag.ts";
import { ModelCounters } from "../../observe/model_counters.ts";
import { type Harness, harness } from "../../session/testing/harness.ts";
import { changeSource, noFiles, type SessionsWithFiles } from "../../tools/files/checkpoints/change_source.ts";
import { type BackgroundSource, backgroundSource, noProcesses } from "../../tools/run/background_source.ts";
import type { ToolSource } from "../../tools/turn_tools.ts";
import type { PageFiles } from "../page_files.ts";
import type { LegacyDoor } from "../context.ts";
import { Server } from "../server.ts";

export const TOKEN = "test-token-test-token-test-token-test-token";

/** How long the figures may take to become as wanted before the test fails. */
const RUNTIME_TIMEOUT_MS = 5_000;

export interface TestServer extends Harness {
  server: Server;
  baseUrl: string;
  counters: Counters;
  /** What the server itself logged. */
  logged: { message: string; facts: Record<string, unknown> }[];
  /** A request with the token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  runtime(): Promise<RuntimeStats>;
  /** Asks the server for its figures until they are as wanted. */
  untilRuntime(wanted: (runtime: RuntimeStats) => boolean): Promise<void>;
  /** Makes a session and returns its id. */
  session(body?: CreateSessionBody): Promise<string>;
}

interface TestOptions {
  allowedOrigins?: string[];
  stallLimitMs?: number;
  pageFiles?: PageFiles;
  pageName?: string;
  now?: () => number;
  ports?: number[];
  background?: BackgroundSource;
  files?: SessionsWithFiles;
  /** None unless given. */
  tools?: ToolSource;
  legacy?: LegacyDoor;
}

export function startTestServer(
  { background = backgroundSource(noProcesses), files = noFiles, tools, ...options }: TestOptions = {},
): TestServer {
  const parts = harness(undefined, undefined, tools);
  const counters = new Counters();
  countAppends(parts.store, counters);
  const lag = new LagMeter();
  const logged: TestServer["logged"] = [];
  const server = new Server({
    daemonId: "daemon_test",
    startedAt: new Date(),
    store: parts.store,
    sessions: parts.sessions,
    background,
    changes: changeSource(parts.sessions, files),
    describeModel: () =>
      Promise.resolve({ provider: "scripted", model: "scripted-1", transport: "builtin", reason: "the test says so" }),
    modelServer: {
      choose: (wish) => parts.models.choose(wish),
      findServer: () => Promise.resolve({ kind: "none", reason: "the test says so" }),
      listModels: () => Promise.resolve({ provider: "scripted", models: [], reason: "the test says so" }),
      forgetServers: () => {},
    },
    adminKey: null,
    counters,
    modelCounters: new ModelCounters(),
    lag,
    report: (_level, message, facts) => logged.push({ message, facts }),
    permissions: () => ({}),
    readSizes: () => Promise.resolve({ logBytes: 1, checkpoints: { bytes: 2, files: 3, isWhole: true } }),
    probeSandbox: () => Promise.resolve({ kind: "none", problem: null }),
  }, { host: "127.0.0.1", ports: [0], token: TOKEN, allowedOrigins: [], ...options });
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const withToken = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${TOKEN}`);
    return fetch(baseUrl + path, { ...init, headers });
  };
  const runtime = async () => (await (await withToken("/v3/metrics")).json()).runtime;
  return {
    ...parts,
    server,
    baseUrl,
    counters,
    logged,
    fetch: withToken,
    post: (path, body) =>
      withToken(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    runtime,
    async untilRuntime(wanted) {
      const deadline = performance.now() + RUNTIME_TIMEOUT_MS;
      while (!wanted(await runtime())) {
        if (performance.now() > deadline) throw new Error("The figures did not become as wanted.");
      }
    },
    session: async (body = {}) => (await parts.sessions.create(body)).summary.sessionId,
    async [Symbol.asyncDispose]() {
      await server.stop();
      lag[Symbol.dispose]();
      await parts[Symbol.asyncDispose]();
    },
  };
}
