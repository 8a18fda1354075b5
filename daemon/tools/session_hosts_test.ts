import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { HostError, type HostOptions } from "./host/host_process.ts";
import { SessionHosts } from "./session_hosts.ts";

function echo(): HostOptions {
  const entry = fileURLToPath(new URL("./host/testdata/echo_host.ts", import.meta.url));
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  return { entry, permissions: [], env: { HOME, ...(DENO_DIR && { DENO_DIR }) } };
}

const never = { signal: new AbortController().signal };

function hostsWith(plan: () => HostOptions): SessionHosts {
  return new SessionHosts({ reader: plan, searcher: plan, writer: plan, runner: plan, web: plan });
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
