import { assertEquals } from "@std/assert";
import { freePort } from "../../tests/support/free_port.ts";
import { rawRequest } from "../../tests/support/raw_http.ts";
import { startTestServer } from "./testing/test_server.ts";

const pageName = "opta-abc.localhost";
const hasTwin = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false; // a machine without IPv6, where nobody can sit on ::1
  }
})();

Deno.test("the page has a name of its own, which leads to the daemon whichever loopback a browser takes", async () => {
  await using parts = startTestServer({ pageName, ports: [freePort()] });
  const { port, pageOrigin } = parts.server;
  assertEquals(pageOrigin, `http://${pageName}:${port}`);
  for (const host of hasTwin ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"]) {
    const response = await fetch(`http://${host}:${port}/v3/health`);
    assertEquals([response.status, (await response.json()).daemonId], [200, "daemon_test"], host);
  }
});

Deno.test({
  name: "the page has no name of its own when somebody else sits on the other loopback [security 3]",
  ignore: !hasTwin,
  async fn() {
    using other = Deno.listen({ hostname: "::1", port: 0 });
    await using parts = startTestServer({ pageName, ports: [other.addr.port] });
    assertEquals(parts.server.pageOrigin, null);
    const headers = { host: `${pageName}:${other.addr.port}` };
    assertEquals((await rawRequest({ port: other.addr.port, path: "/v3/health", headers })).status, 403);
  },
});
