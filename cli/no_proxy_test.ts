import { assertEquals } from "@std/assert";
import { noProxyWithLoopback } from "./no_proxy.ts";

Deno.test("noProxyWithLoopback() adds loopback to what the user has excepted", () => {
  const loopback = "127.0.0.1,localhost,::1";
  assertEquals(noProxyWithLoopback({}), loopback);
  assertEquals(noProxyWithLoopback({ no_proxy: "a.example" }), `a.example,${loopback}`);
  assertEquals(noProxyWithLoopback({ NO_PROXY: "b.example", no_proxy: "a.example" }), `b.example,${loopback}`);
  assertEquals(noProxyWithLoopback({ NO_PROXY: "", no_proxy: "a.example" }), loopback);
});
