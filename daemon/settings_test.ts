import { DEFAULT_PORT } from "@opta/protocol";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DEFAULT_TIMEOUTS } from "./model/timeouts.ts";
import { readSettings } from "./settings.ts";
import { StartError } from "./start_error.ts";

const noEnv = () => undefined;

Deno.test("readSettings() needs the folder alone", () => {
  const settings = readSettings(["--state-dir=/s"], noEnv);
  assertEquals(settings.ports.length, 22);
  assertEquals({ ...settings, ports: settings.ports[0] }, {
    stateDir: "/s",
    home: "/s",
    host: "127.0.0.1",
    ports: DEFAULT_PORT,
    modelServer: null,
    baseUrl: null,
    provider: "auto",
    fallback: "none",
    model: null,
    contextLength: undefined,
    maxTokens: undefined,
    anthropic: { apiKey: null, model: null, baseUrl: null },
    timeouts: DEFAULT_TIMEOUTS,
    maxSessions: undefined,
    permissionTimeoutMs: undefined,
    allowedOrigins: [],
    legacy: { isOpen: false, cwd: null },
    foreground: false,
    demoTokensPerSecond: undefined,
    apiKey: null,
    adminKey: null,
    bootId: "",
    hostEnv: {},
  });
});

Deno.test("readSettings() reads every argument, and secrets from the environment alone", () => {
  const args = [
    "--state-dir=/s",
    "--home=/h",
    "--host=::1",
    "--ports=0,10000",
    "--model-host=192.168.1.4",
    "--model-port=1234",
    "--base-url=http://127.0.0.1:8080/v1",
    "--provider=lmx",
    "--fallback=anthropic",
    "--model=m",
    "--context-length=8192",
    "--max-tokens=500",
    "--anthropic-model=c",
    "--anthropic-base-url=http://127.0.0.1:9",
    "--connect-timeout-ms=1",
    "--first-token-timeout-ms=2",
    "--token-timeout-ms=3",
    "--turn-timeout-ms=4",
    "--max-sessions=5",
    "--permission-timeout-ms=1000",
    "--allowed-origin=https://a.example",
    "--allowed-origin=http://localhost:5173",
    "--demo-pace=0",
    "--foreground",
  ];
  const env: Record<string, string> = {
    OPTA_API_KEY: "k",
    OPTA_LMX_ADMIN_KEY: "a",
    ANTHROPIC_API_KEY: "c",
    OPTA_BOOT_ID: "b",
    PATH: "/bin",
    SECRET_TOKEN: "none of its business",
  };
  assertEquals(readSettings(args, (name) => env[name]), {
    stateDir: "/s",
    home: "/h",
    host: "::1",
    ports: [0, 10_000],
    modelServer: { host: "192.168.1.4", port: 1234 },
    baseUrl: "http://127.0.0.1:8080/v1",
    provider: "lmx",
    fallback: "anthropic",
    model: "m",
    contextLength: 8192,
    maxTokens: 500,
    anthropic: { apiKey: "c", model: "c", baseUrl: "http://127.0.0.1:9" },
    timeouts: { connectMs: 1, firstTokenMs: 2, betweenTokensMs: 3, turnMs: 4 },
    maxSessions: 5,
    permissionTimeoutMs: 1_000,
    allowedOrigins: ["https://a.example", "http://localhost:5173"],
    legacy: { isOpen: false, cwd: null },
    foreground: true,
    demoTokensPerSecond: Infinity,
    apiKey: "k",
    adminKey: "a",
    bootId: "b",
    hostEnv: { PATH: "/bin" },
  });
});

Deno.test("readSettings() names the argument that is wrong, with exit code 2", () => {
  const cases: [string[], string][] = [
    [[], "--state-dir"],
    [["--state-dir=relative"], "--state-dir"],
    [["--state-dir=/s", "--host=0.0.0.0"], "--host"],
    [["--state-dir=/s", "--ports=99999"], "--ports"],
    [["--state-dir=/s", "--ports="], "--ports"],
    [["--state-dir=/s", "--model-host=h"], "--model-port"],
    [["--state-dir=/s", "--allowed-origin=*"], "--allowed-origin"],
    [["--state-dir=/s", "--allowed-origin=https://a.example/path"], "--allowed-origin"],
    [["--state-dir=/s", "--anthropic-base-url=http://127.0.0.1.example"], "--anthropic-base-url"],
    [["--state-dir=/s", "--token=secret"], "--token"],
    [["--state-dir=/s", "extra"], "extra"],
  ];
  for (const [args, name] of cases) {
    const error = assertThrows(() => readSettings(args, noEnv), StartError);
    assertStringIncludes(error.message, name);
    assertEquals(error.exitCode, 2);
  }
});
