import { assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { describeProfile } from "./describe_profile.ts";
import { parseProfile, readProfileName } from "./profile.ts";

Deno.test("readProfileName() takes names that are one file on every disk", () => {
  assertEquals(readProfileName(" Studio "), "studio");
  assertEquals(readProfileName("mac_2.local-gpu"), "mac_2.local-gpu");
  for (const name of ["", ".", "..", "../x", "a/b", "a b", "-x", "é", "x".repeat(65)]) {
    assertEquals(assertThrows(() => readProfileName(name), CliError, "cannot be called").exitCode, ExitCode.usage);
  }
});

const refused: [document: Record<string, unknown>, reason: string][] = [
  [{ hots: "mac" }, 'Unknown key "hots" in p.json: did you mean host?'],
  [{ temperature: 1 }, "a profile may have host, port, baseUrl, provider, model, mode"],
  [{ apiKey: "k" }, "secrets are not kept in profiles"],
  [{ port: 0 }, "port in p.json is 0: must be a whole number"],
  [{ baseUrl: "https://me:pw@mac" }, "must not hold credentials"],
  [{ mode: "auto" }, "must be one of chat, do, plan, review, research"],
];

for (const [document, reason] of refused) {
  Deno.test(`parseProfile() refuses ${JSON.stringify(document)}`, () => {
    assertThrows(() => parseProfile(document, "p.json"), CliError, reason);
  });
}

Deno.test("describeProfile() is one line", () => {
  const whole = { host: "::1", port: 1234, provider: "lmx", model: "qwen\x1b[2J", mode: "plan" };
  assertEquals(describeProfile(whole), "[::1]:1234 · lmx · qwen · mode plan");
  assertEquals(describeProfile({ host: "mac" }), "mac");
  assertEquals(describeProfile({ port: 8080 }), "port 8080");
  assertEquals(describeProfile({ baseUrl: "https://mac/v1" }), "https://mac/v1");
  assertEquals(describeProfile({}), "nothing is set");
});
