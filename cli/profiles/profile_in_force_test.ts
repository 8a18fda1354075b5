import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { profileInForce, withFlags } from "./profile_in_force.ts";

const file = (key: string, value: string | number, source = "file") => ({ key, value, source });

Deno.test("profileInForce() takes what a profile may hold, and no secret", () => {
  const entries = [
    file("connection.host", "mac"),
    file("connection.apiKey", "secret"),
    file("model.default", "qwen"),
    file("turn.mode", "plan"),
    file("permissions.run", "ask"),
  ];
  assertEquals(profileInForce(entries), { host: "mac", model: "qwen", mode: "plan" });
});

Deno.test("profileInForce() takes of a URL and a host the one that is used", () => {
  const url = file("connection.baseUrl", "http://a/v1");
  const host = (source: string) => [file("connection.host", "mac", source), file("connection.port", 1)];
  assertEquals(profileInForce([...host("file"), url]), { baseUrl: "http://a/v1" });
  assertEquals(profileInForce([...host("OPTA_HOST"), url]), { host: "mac", port: 1 });
});

const before = { host: "mac", port: 1, model: "qwen", mode: "plan" };

Deno.test("withFlags() changes what is named and keeps the rest", () => {
  assertEquals(withFlags(before, {}), before);
  assertEquals(withFlags(before, { port: "2", model: "phi" }), { ...before, port: 2, model: "phi" });
  assertEquals(withFlags(before, { mode: "safe" }), { host: "mac", port: 1, model: "qwen" });
  assertEquals(withFlags(before, { mode: "review", provider: "lmx" }), { ...before, mode: "review", provider: "lmx" });
});

Deno.test("withFlags() takes one server for another as a whole", () => {
  assertEquals(withFlags(before, { baseUrl: "http://b" }), { baseUrl: "http://b", model: "qwen", mode: "plan" });
  assertEquals(withFlags(before, { device: "pc" }), { host: "pc", model: "qwen", mode: "plan" });
  assertEquals(withFlags({ baseUrl: "http://b" }, { host: "pc" }), { host: "pc" });
});

Deno.test("withFlags() refuses what contradicts itself, and approvals for all turns [P5]", () => {
  assertThrows(() => withFlags({}, { baseUrl: "http://b", host: "pc" }), CliError, "Choose one of");
  assertThrows(() => withFlags({}, { device: "pc", port: "1" }), CliError, "Choose one of");
  assertThrows(() => withFlags({}, { port: "x" }), CliError, "--port");
  assertThrows(() => withFlags({}, { provider: "claude" }), CliError, "--provider");
  for (const mode of ["auto", "dangerous"]) assertThrows(() => withFlags({}, { mode }), CliError, "approves nothing");
});
