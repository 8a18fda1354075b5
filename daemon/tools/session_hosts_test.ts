import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { HostExchange } from "./host_exchange.ts";
import { HostError, type HostOptions } from "./host/host_process.ts";
import { SessionHosts } from "./session_hosts.ts";

function echo(): HostOptions {
  const entry = fileURLToPath(new URL("./host/testdata/echo_host.ts", import.meta.url));
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  return { entry, permissions: [], env: { HOME, ...(DENO_DIR && { DENO_DIR }) } };
}

const never = { signal: new AbortController().signal };

function hostsWith(plan: () => HostOptions, exchange?: HostExchange): SessionHosts {
  return new SessionHosts({ reader: plan, searcher: plan, writer: plan, runner: plan, web: plan }, exchange);
}

Deno.test("a host is started once, and anew when it has died", async () => {
  await using hosts = hostsWith(echo);
  assertEquals(hosts.isIdle, true);
  const first = await hosts.reader();
  assertEquals([await hosts.reader() === first, hosts.isIdle], [true, false]);
  await assertRejects(() => first.call("die", null, never), HostError);
  const second = await hosts.reader();
  assertEquals(await second.call("echo", 1, never), 1);
});

Deno.test("a host that cannot be started, or is asked for when all have been ended, is told as a failed call is", async () => {
  const hosts = hostsWith(() => {
    throw new Deno.errors.NotFound("no space left");
  });
  await assertRejects(() => hosts.runner(), HostError, "its process cannot be started: no space left");
  await hosts[Symbol.asyncDispose]();
  await assertRejects(() => hosts.runner(), HostError, "ended");
});

Deno.test("a host that reads goes over to another session of the same folder, unless it is at work there", async () => {
  const exchange = new HostExchange();
  await using one = hostsWith(echo, exchange);
  await using two = hostsWith(echo, exchange);
  await using elsewhere = hostsWith(() => ({ ...echo(), args: ["another folder"] }), exchange);
  const first = await one.reader();
  assertEquals(await first.call("echo", 1, never), 1);
  assertEquals(await elsewhere.reader() === first, false);
  assertEquals(await two.reader() === first, true);
  assertEquals([one.isIdle, two.isIdle], [true, false]);
  assertEquals(await first.call("echo", 2, never), 2);

  const busy = new AbortController();
  const working = first.call("wait", null, { signal: busy.signal });
  const second = await one.reader();
  assertEquals(second === first, false, "it is at work");
  busy.abort();
  await assertRejects(() => working, HostError);
  await second.call("die", null, never).catch(() => {});
  assertEquals(await one.reader() === second, false, "it has died");
});

Deno.test("a host that writes or runs commands stays with its session", async () => {
  const exchange = new HostExchange();
  await using one = hostsWith(echo, exchange);
  await using two = hostsWith(echo, exchange);
  for (const kind of ["writer", "runner", "web"] as const) {
    const host = await one[kind]();
    assertEquals(await host.call("echo", kind, never), kind);
    assertEquals(await two[kind]() === host, false, kind);
  }
});
