import { assertEquals } from "@std/assert";
import { unknownKeys } from "./unknown_keys.ts";

Deno.test("unknownKeys() finds the keys that do nothing, and what they may have been meant for", () => {
  const document = {
    connection: { host: "mac", prot: 1, ssh: {} },
    permissions: { run_command: "ask", "a b": "deny" },
    profiles: { active: "x", environments: {} },
    theme: "dark",
    model: {},
  };
  assertEquals(unknownKeys(document), [
    { key: "connection.prot", meant: "connection.port" },
    { key: "connection.ssh", meant: "connection.host" },
    { key: "permissions.a b", meant: null },
    { key: "theme", meant: null },
  ]);
});
