import { assertEquals } from "@std/assert";
import { secretsOf, withoutSecrets } from "./server_secrets.ts";

Deno.test("keys of a server are taken out of what it says, other variables are not [security 11]", () => {
  const program = {
    command: "x",
    args: [],
    env: { API_KEY: "very-secret", DATA_FOLDER: "/home/ada/data", TOKEN: "ab" },
  };
  const hidden = withoutSecrets("very-secret is in /home/ada/data, ab", secretsOf(program));
  assertEquals(hidden, "[redacted] is in /home/ada/data, ab");
  const endpoint = { url: "https://a.example", headers: { Authorization: "Bearer very-secret" } };
  const said = withoutSecrets("not Bearer very-secret, nor very-secret", secretsOf(endpoint));
  assertEquals(said, "not [redacted], nor [redacted]");
});
