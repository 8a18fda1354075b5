import { MCP_FILE } from "@opta/protocol";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { type Paths, resolvePaths } from "../paths.ts";
import { checkName, publishMcpServers, readMcpServers, setMcpServer } from "./mcp_config.ts";

async function withHome(test: (paths: Paths) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await test(resolvePaths({ OPTA_HOME: home }));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

const servers = { github: { command: "x", args: ["y"], env: { TOKEN: "secret" } } };

Deno.test("servers are kept for the user alone, and so is the daemon's copy [security 5]", async () => {
  await withHome(async (paths) => {
    assertEquals(await readMcpServers(paths), {});
    await setMcpServer(paths, "github", servers.github);
    assertEquals(await readMcpServers(paths), servers);
    for (const folder of [paths.home, paths.stateDir]) {
      const path = join(folder, MCP_FILE);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      assertEquals(JSON.parse(await Deno.readTextFile(path)), { servers });
    }
  });
});

Deno.test("a file that people have written is published with what it leaves out, and one that is damaged is refused", async () => {
  await withHome(async (paths) => {
    const path = join(paths.home, MCP_FILE);
    await Deno.writeTextFile(path, '{"servers":{"a":{"command":"x"}}}');
    await publishMcpServers(paths);
    const published = JSON.parse(await Deno.readTextFile(join(paths.stateDir, MCP_FILE)));
    assertEquals(published, { servers: { a: { command: "x", args: [], env: {} } } });
    for (const text of ["{", '{"servers":{"A b":{"command":"x"}}}', '{"servers":{"a":{}}}']) {
      await Deno.writeTextFile(path, text);
      await assertRejects(() => readMcpServers(paths), CliError, "Mend it");
    }
  });
});

Deno.test("the name of a server is a part of the names of its tools", () => {
  for (const name of ["a", "github", "my-server-2"]) checkName(name);
  for (const name of ["", "A", "a_b", "a__b", "-a", "a-", "a b", "x".repeat(33)]) {
    assertThrows(() => checkName(name), CliError, "small letters");
  }
});

Deno.test("setMcpServer() leaves what people have written beside the servers", async () => {
  await withHome(async (paths) => {
    const path = join(paths.home, MCP_FILE);
    const text = '{\n  // of the team\n  "servers": {\n    "a": { "command": "x" }, // short\n  },\n}\n';
    await Deno.writeTextFile(path, text);
    await setMcpServer(paths, "b", { url: "http://127.0.0.1/mcp", headers: {} });
    const added = await Deno.readTextFile(path);
    assertEquals(added.startsWith(text.split("\n").slice(0, 4).join("\n")), true, added);
    await setMcpServer(paths, "b", null);
    assertEquals(await Deno.readTextFile(path), text);
  });
});
