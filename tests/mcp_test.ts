/** `opta mcp …`, as people and scripts type it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

/** The MCP server of the daemon's own tests. */
const server = fileURLToPath(new URL("../daemon/mcp/testing/program_server_main.ts", import.meta.url));
const command = [Deno.execPath(), "run", "-A", "--quiet", "--cached-only", server];
const { DENO_DIR } = Deno.env.toObject();
const cache = DENO_DIR === undefined ? [] : ["--env", `DENO_DIR=${DENO_DIR}`];

Deno.test("a server is added, listed without its keys, tried, and removed", async () => {
  await using opta = await Opta.create();
  const added = await opta.run(["mcp", "add", "test", ...command, "--env", "API_KEY=very-secret,B=c", ...cache]);
  assertEquals(added.code, 0, added.stderr);
  for (const words of [["mcp", "list"], ["mcp", "list", "--json"]]) {
    const { stdout } = await opta.run(words);
    assertStringIncludes(stdout, "API_KEY");
    assert(!stdout.includes("very-secret"));
  }
  const tried = await opta.run(["mcp", "test", "test"]);
  assertEquals(tried.code, 0, tried.stderr);
  assertStringIncludes(tried.stdout, "mcp__test__start_child");
  assertStringIncludes(tried.stderr, "test-server 1.2.3 works: 9 tools");
  const { stdout } = await opta.run(["mcp", "test", "test", "--json"]);
  assertEquals(JSON.parse(stdout).tools.length, 9);
  assertEquals((await opta.run(["mcp", "remove", "test"])).code, 0);
  assertEquals(JSON.parse((await opta.run(["mcp", "list", "--json"])).stdout), []);
});

Deno.test("a server that fails is told with its own words and exit code 1, one that nobody knows with 2", async () => {
  await using opta = await Opta.create();
  await opta.run(["mcp", "add", "broken", "sh -c 'echo no database >&2; exit 3'"]);
  const { code, stdout, stderr } = await opta.run(["mcp", "test", "broken"]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "exit code 3: no database");
  const json = await opta.run(["mcp", "test", "broken", "--json"]);
  assertEquals([json.code, JSON.parse(json.stdout).ok], [1, false]);
  const unknown = await opta.run(["mcp", "test", "brokn"]);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.stderr, "did you mean broken?");
});

Deno.test("a turn calls the tool of a server that a rule allows", async () => {
  await using fake = await startFakeModel();
  await fake.script({
    times: 1,
    tokens: [],
    toolCalls: [{ id: "c1", name: "mcp__test__echo", arguments: ['{"text":"Grüße"}'] }],
    finishReason: "tool_calls",
  });
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  assertEquals((await opta.run(["mcp", "add", "test", ...command, ...cache])).code, 0);
  assertEquals((await opta.run(["config", "set", "permissions.mcp__test__*", "allow"])).code, 0);
  const { code, stdout, stderr } = await opta.run(["do", "--quiet", "say", "it"]);
  assertEquals([code, stdout], [0, "Hello, world.\n"], stderr);
  const { messages } = (await fake.stats()).requests.at(-1)!.body as { messages: { role: string; content: string }[] };
  assertEquals(messages.map(({ role }) => role), ["system", "user", "assistant", "tool"]);
  assertEquals(messages.at(-1)?.content, "Grüße");
});
