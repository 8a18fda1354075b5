/** With a server that others have written, from npm. It is fetched when the tests first run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { McpServer } from "./mcp_server.ts";
import { testEnv } from "./testing/test_env.ts";

const PACKAGE = "npm:@modelcontextprotocol/server-everything@2026.8.31";
/** Outside of this workspace's lock, which is for what Opta itself needs. */
const APART = ["--quiet", "--no-config", "--no-lock"];

const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["cache", ...APART, PACKAGE] }).output();
if (!success) console.log(`left out, since ${PACKAGE} cannot be fetched: ${new TextDecoder().decode(stderr).trim()}`);

Deno.test({
  name: "the reference server from npm is listed, called, cancelled and ended",
  ignore: !success,
  async fn() {
    const { DENO_DIR } = Deno.env.toObject();
    const env: Record<string, string> = { MINE: "1", ...(DENO_DIR !== undefined && { DENO_DIR }) };
    const args = ["run", "-A", "--cached-only", ...APART, PACKAGE, "stdio"];
    await using server = new McpServer("everything", { command: Deno.execPath(), args, env }, testEnv(), () => 0);
    const offer = await server.offer();
    assert(offer.kind === "tools", JSON.stringify(offer));
    const { listing } = offer;
    assertStringIncludes(listing.server, "everything");
    const sum = listing.tools.find(({ name }) => name === "get-sum");
    assertEquals(sum?.parameters.required, ["a", "b"]);
    const { signal } = new AbortController();
    assertStringIncludes((await server.call("get-sum", { a: 2, b: 40 }, signal)).result, "42");
    assertStringIncludes((await server.call("get-tiny-image", {}, signal)).result, "[image, image/png");
    assertStringIncludes((await server.call("get-env", {}, signal)).result, '"MINE": "1"');
    const refused = await server.call("get-sum", { a: "two" }, signal);
    assertEquals(refused.ok, false);
    const stop = new AbortController();
    const long = server.call("trigger-long-running-operation", { duration: 600, steps: 10 }, stop.signal);
    const ended = long.then(() => "answered", () => "cancelled");
    await server.call("echo", { message: "meanwhile" }, signal);
    stop.abort();
    assertEquals(await ended, "cancelled");
    assertStringIncludes((await server.call("echo", { message: "still here" }, signal)).result, "still here");
  },
});
