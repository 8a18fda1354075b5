import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { McpServerConfig } from "@opta/protocol";
import { setTimeout as delay } from "node:timers/promises";
import { HostError, HostProcess } from "../tools/host/host_process.ts";
import { RETRY_AFTER_MS } from "./limits.ts";
import { CallOutcome, type Listing } from "./mcp_frame.ts";
import { mcpHost } from "./mcp_host.ts";
import { McpServer } from "./mcp_server.ts";
import { type HttpServer, serveHttp } from "./testing/http_server.ts";
import { programConfig, testEnv } from "./testing/test_env.ts";

const { signal } = new AbortController();

function open(config: McpServerConfig, now = () => 0): McpServer {
  return new McpServer("test", config, testEnv(), now);
}

function overHttp({ url }: HttpServer, key = "sesame"): McpServer {
  return open({ url, headers: { "X-Key": key } });
}

async function listed(server: McpServer): Promise<Listing> {
  const offer = await server.offer();
  assert(offer.kind === "tools", JSON.stringify(offer));
  return offer.listing;
}

async function said(server: McpServer, tool: string, args: Record<string, unknown> = {}): Promise<string> {
  return (await server.call(tool, args, signal)).result;
}

/** Asks again and again; a machine that is busy gets half a minute. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!await isSo()) {
    assert(performance.now() < deadline, "it did not come to pass");
    await delay(20);
  }
}

async function gone(pid: string): Promise<void> {
  await until(async () => !(await new Deno.Command("kill", { args: ["-0", pid], stderr: "null" }).output()).success);
}

Deno.test("a program and a server over HTTP are asked for all pages of their tools, and do what they are called for", async () => {
  await using http = serveHttp("sesame");
  for (const server of [open(programConfig()), overHttp(http)]) {
    await using it = server;
    const { server: name, tools, isCut } = await listed(it);
    assertEquals([name, tools.length, isCut], ["test-server 1.2.3", 9, false]);
    assertEquals(tools[0], {
      name: "echo",
      description: "does echo",
      parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    });
    assertEquals(await it.call("echo", { text: "Grüße\n" }, signal), { ok: true, result: "Grüße\n", truncated: false });
    assertEquals(await it.call("fail", {}, signal), { ok: false, result: "It did not work.", truncated: false });
    const large = await it.call("large", {}, signal);
    assert(large.truncated && large.result.length < 64 * 1024);
  }
});

Deno.test("a program gets its own variables and those that every program needs, and no others [security 8]", async () => {
  const env = { ...testEnv(), GITHUB_TOKEN: "secret" };
  await using server = new McpServer("test", programConfig({ MINE: "1" }), env, () => 0);
  const names = (await said(server, "env")).split(" ");
  assert(names.includes("MINE") && names.includes("PATH"));
  assert(!names.includes("GITHUB_TOKEN"));
});

Deno.test("a host may start its program or reach its address, and nothing else [security 7]", () => {
  const permissions = (config: McpServerConfig) => mcpHost(config, {}).options.permissions;
  assertEquals(permissions({ command: "a,b", args: [], env: {} }), ["--allow-run=a,,b,sh"]);
  assertEquals(permissions({ url: "https://mcp.example/x", headers: {} }), ["--allow-net=mcp.example:443"]);
  assertEquals(permissions({ url: "http://[::1]:81/", headers: {} }), ["--allow-net=[::1]:81"]);
});

Deno.test("a cancelled call is cancelled at the server, which goes on [C2]", async () => {
  await using http = serveHttp("sesame");
  for (const server of [open(programConfig()), overHttp(http)]) {
    await using it = server;
    await listed(it);
    const stop = new AbortController();
    const call = assertRejects(() => it.call("wait", {}, stop.signal), HostError);
    await until(async () => await said(it, "waited") === "1 begun, 0 cancelled");
    stop.abort();
    await call;
    await until(async () => await said(it, "waited") === "1 begun, 1 cancelled");
  }
});

Deno.test("tools that a server adds later are listed the next time", async () => {
  await using server = open(programConfig());
  assertEquals((await listed(server)).tools.length, 9);
  await said(server, "grow");
  assertEquals((await listed(server)).tools.at(-1)?.name, "new");
});

Deno.test("a program that has ended is started again, a session that was forgotten is opened again", async () => {
  await using program = open(programConfig());
  await listed(program);
  await assertRejects(() => program.call("die", {}, signal), HostError);
  assertEquals(await said(program, "echo", { text: "back" }), "back");
  await using http = serveHttp("sesame");
  await using remote = overHttp(http);
  await listed(remote);
  await http.forget();
  await assertRejects(() => remote.call("echo", { text: "?" }, signal), HostError);
  assertEquals(await said(remote, "echo", { text: "back" }), "back");
});

Deno.test("whatever a program has started ends with its server", async () => {
  const server = open(programConfig());
  const pid = await said(server, "start child");
  await server[Symbol.asyncDispose]();
  await gone(pid);
});

Deno.test("whatever a program has started ends also when its host is killed", async () => {
  const { options, plan } = mcpHost(programConfig(), testEnv());
  await using host = new HostProcess(options);
  const call = { plan, tool: "start child", args: {} };
  const { result: pid } = CallOutcome.parse(await host.call("call", call, { signal }));
  host.kill();
  await gone(pid);
});

Deno.test("a session over HTTP is closed with the server", async () => {
  await using http = serveHttp("sesame");
  const server = overHttp(http);
  await listed(server);
  assertEquals(http.sessions, 1);
  await server[Symbol.asyncDispose]();
  assertEquals(http.sessions, 0);
});

Deno.test("a server that cannot be used says why, is told of once, and is left alone for a while", async () => {
  let now = 0;
  const script = 'echo "$DB_PASSWORD is refused" >&2; exit 3';
  await using server = open({ command: "sh", args: ["-c", script], env: { DB_PASSWORD: "very-secret" } }, () => now);
  const failed = { kind: "failed" as const, message: "the program ended with exit code 3: [redacted] is refused" };
  assertEquals(await server.offer(), { ...failed, isNew: true });
  assertEquals(await server.offer(), { ...failed, isNew: false });
  now += RETRY_AFTER_MS;
  assertEquals(await server.offer(), { ...failed, isNew: false });
});

Deno.test("a program that does not exist, one that speaks otherwise, and a key that is wrong are failures", async () => {
  await using http = serveHttp("sesame");
  const cases: [McpServer, string][] = [
    [open({ command: "opta-no-such-program", args: [], env: {} }), "opta-no-such-program"],
    [open({ command: "echo", args: ["hello"], env: {} }), "exit code 0"],
    [overHttp(http, "wrong"), "Bring the key"],
  ];
  for (const [server, reason] of cases) {
    await using it = server;
    const offer = await it.offer();
    assert(offer.kind === "failed");
    assertStringIncludes(offer.message, reason);
  }
});

Deno.test("a server that was ended takes no more calls", async () => {
  const server = open(programConfig());
  await server[Symbol.asyncDispose]();
  await assertRejects(() => server.call("echo", {}, signal), HostError, "not configured any more");
});
