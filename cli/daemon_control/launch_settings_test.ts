import { DEFAULT_PORT, FALLBACK_PORTS } from "@opta/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import type { Config } from "../config/config.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { Env } from "../paths.ts";
import { composeLaunch, describeModelServer, type LaunchFlags, parseDevice } from "./launch_settings.ts";

function serverOf(config: Config, env: Env = {}, flags: LaunchFlags = {}): string {
  return describeModelServer(composeLaunch(config, env, flags).settings.modelServer);
}

Deno.test("composeLaunch() takes the model server that was named nearest to the command", () => {
  const file: Config = { "connection.host": "mac", "connection.port": 4321 };
  const url: Config = { ...file, "connection.baseUrl": "https://api.example/v1" };
  assertEquals(serverOf({}), "none");
  assertEquals(serverOf(file), "mac:4321");
  assertEquals(serverOf(url), "https://api.example/v1");
  assertEquals(serverOf({ ...url, "connection.host": "studio" }, { OPTA_HOST: "studio" }), "studio:4321");
  assertEquals(serverOf(url, {}, { device: "192.168.1.4" }), "192.168.1.4:4321");
  assertEquals(serverOf(url, { OPTA_HOST: "studio" }, { device: "192.168.1.4:99" }), "192.168.1.4:99");
});

Deno.test("composeLaunch() takes a port without a host for one of this machine", () => {
  assertEquals(serverOf({ "connection.port": 4321 }), "127.0.0.1:4321");
});

Deno.test("composeLaunch() keeps secrets out of the settings", () => {
  const config = {
    "connection.apiKey": "api-secret",
    "connection.adminKey": "admin-secret",
    "anthropic.apiKey": "cloud-secret",
  };
  const launch = composeLaunch(config, {}, {});
  assertEquals(launch.secrets, { apiKey: "api-secret", adminKey: "admin-secret", anthropicKey: "cloud-secret" });
  assertEquals(JSON.stringify(launch.settings).includes("secret"), false);
});

Deno.test("composeLaunch() tries the usual ports in turn, or the one that was named", () => {
  const portsOf = (env: Env, flags: LaunchFlags = {}) => composeLaunch({}, env, flags).settings.ports;
  assertEquals(portsOf({}), [DEFAULT_PORT, ...FALLBACK_PORTS]);
  assertEquals(portsOf({ OPTA_DAEMON_PORT: "0" }), [0]);
  assertEquals(portsOf({ OPTA_DAEMON_PORT: "9001" }, { port: "9002" }), [9002]);
  assertThrows(() => portsOf({}, { port: "70000" }), CliError, "0 to 65535");
  assertThrows(() => portsOf({}, { port: "" }), CliError, "0 to 65535");
});

Deno.test("composeLaunch() refuses to listen to the network [security 12]", () => {
  const hostOf = (env: Env, flags: LaunchFlags = {}) => composeLaunch({}, env, flags).settings.host;
  assertEquals(hostOf({}), "127.0.0.1");
  assertEquals(hostOf({ OPTA_DAEMON_HOST: "localhost" }), "localhost");
  assertEquals(hostOf({}, { host: "[::1]" }), "::1");
  for (const host of ["0.0.0.0", "::", "192.168.1.4", "example.com", "127.0.0.1.example.com", ""]) {
    const error = assertThrows(() => hostOf({}, { host }), CliError, "no TLS");
    assertEquals(error.exitCode, ExitCode.usage);
  }
});

Deno.test("parseDevice() reads host[:port] and nothing else", () => {
  assertEquals(parseDevice("mac.local"), { host: "mac.local" });
  assertEquals(parseDevice("192.168.1.4:1234"), { host: "192.168.1.4", port: 1234 });
  assertEquals(parseDevice("[fd00::1]:1234"), { host: "fd00::1", port: 1234 });
  for (const text of ["", ":1234", "mac:", "mac:0", "mac:70000", "http://mac", "mac:1:2", "mac/x", "a,b"]) {
    assertThrows(() => parseDevice(text), CliError, "host[:port]");
  }
});
