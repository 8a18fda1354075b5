import { assertEquals, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { resolvePaths } from "../paths.ts";
import { launchdPlist } from "./launchd_plist.ts";
import { serviceFacts, unseenVariables } from "./service_facts.ts";
import { systemdUnit } from "./systemd_unit.ts";

const secrets = {
  OPTA_API_KEY: "sk-1-secret",
  OPTA_LMX_ADMIN_KEY: "sk-2-secret",
  ANTHROPIC_API_KEY: "sk-3-secret",
  GITHUB_TOKEN: "sk-4-secret",
  HTTPS_PROXY: "http://ann:sk-5-secret@proxy:8080",
};

Deno.test("serviceFacts() holds no secret, whatever is set [security 3]", () => {
  const env = { HOME: "/home/ann", PATH: "/usr/bin", OPTA_HOST: "mac", ...secrets };
  const facts = serviceFacts(resolvePaths(env), env);
  for (const text of [systemdUnit(facts), launchdPlist(facts)]) {
    assertEquals(/secret|TOKEN|KEY|mac/.test(text), false);
    assertStringIncludes(text, "PATH");
  }
});

Deno.test("serviceFacts() passes OPTA_HOME if it was set, resolved, and where to listen", () => {
  const env = { HOME: "/home/ann", OPTA_HOME: "my home", OPTA_DAEMON_PORT: "0", HTTP_PROXY: "http://proxy:8080" };
  const { environment, home } = serviceFacts(resolvePaths(env), env);
  assertEquals(environment, { OPTA_DAEMON_PORT: "0", HTTP_PROXY: "http://proxy:8080", OPTA_HOME: resolve("my home") });
  assertEquals(home, resolve("my home"));
  assertEquals(serviceFacts(resolvePaths({ HOME: "/home/ann" }), { HOME: "/home/ann" }).environment, {});
});

Deno.test("serviceFacts() runs this runtime and this opta", () => {
  const { command } = serviceFacts(resolvePaths({ HOME: "/home/ann" }), {});
  assertEquals(command[0], Deno.execPath());
  assertEquals(command.slice(-3), ["daemon", "run", "--if-none"]);
});

Deno.test("unseenVariables() names what the service does not see, and never a value", () => {
  assertEquals(unseenVariables({ PATH: "/usr/bin", OPTA_MODEL: "" }), []);
  const notes = unseenVariables({ OPTA_HOST: "mac", ...secrets });
  assertEquals(notes.length, 2);
  assertStringIncludes(notes[0]!, "OPTA_HOST, OPTA_API_KEY");
  assertStringIncludes(notes[0]!, "connection.host, connection.apiKey");
  assertStringIncludes(notes[1]!, "HTTPS_PROXY");
  assertEquals(notes.join().includes("secret"), false);
});
