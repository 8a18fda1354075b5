import { OptaError } from "@opta/protocol";
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { Guard } from "./guard.ts";

const guard = new Guard(9999, ["https://opta.example"]);

function admit(headers: Record<string, string>, url = `http://${headers.host ?? "127.0.0.1:9999"}/v3/health`) {
  return guard.admit(new Headers(headers), new URL(url));
}

function refusal(headers: Record<string, string>, url?: string): string {
  return assertThrows(() => admit(headers, url), OptaError).code;
}

Deno.test("Guard.admit() takes the loopback names with the daemon's own port [security 1]", () => {
  for (const host of ["127.0.0.1:9999", "localhost:9999", "[::1]:9999", "LOCALHOST:9999"]) {
    assertEquals(admit({ host }), { origin: null, foreign: null });
  }
});

Deno.test("Guard.admit() refuses any other Host, wherever it stands [security 1]", () => {
  const hosts = [
    "evil.example",
    "evil.example:9999",
    "127.0.0.1",
    "127.0.0.1:9998",
    "localhost.:9999",
    "127.0.0.1.evil.example:9999",
    "0.0.0.0:9999",
    "192.168.1.4:9999",
  ];
  for (const host of hosts) {
    assertEquals(refusal({ host }), "forbidden_host");
    assertEquals(refusal({ host }, "http://127.0.0.1:9999/"), "forbidden_host");
  }
  assertEquals(refusal({ host: "127.0.0.1:9999" }, "http://evil.example/"), "forbidden_host"); // absolute form
  assertEquals(refusal({}, "http://evil.example/"), "forbidden_host"); // authority of HTTP/2
});

Deno.test("Guard.admit() takes the origin that the request was sent to, and configured ones, exactly [security 2]", () => {
  const host = "127.0.0.1:9999";
  assertEquals(admit({ host, origin: "http://127.0.0.1:9999" }), { origin: "http://127.0.0.1:9999", foreign: null });
  assertEquals(admit({ host, origin: "https://opta.example" }).foreign, "https://opta.example");
  const origins = [
    "null",
    "*",
    "",
    "https://evil.example",
    "http://opta.example",
    "https://opta.example.evil",
    "https://opta.example:443",
    "https://sub.opta.example",
    "http://127.0.0.1",
    "http://127.0.0.1:9998",
    "https://127.0.0.1:9999",
    "http://localhost:9999",
    "http://127.0.0.1:9999, https://evil.example",
    "http://127.0.0.1:9999/",
  ];
  for (const origin of origins) assertEquals(refusal({ host, origin }), "forbidden_origin", origin);
});

Deno.test("Guard.admit() takes the name of the page, and no other of its kind [security 1]", () => {
  const guard = new Guard(9999, [], "opta-abc.localhost");
  const ask = (host: string, origin: string) =>
    guard.admit(new Headers({ host, origin }), new URL(`http://${host}/`)).origin;
  const origin = "http://opta-abc.localhost:9999";
  assertEquals(ask("opta-abc.localhost:9999", origin), origin);
  assert(guard.trusts(origin));
  for (
    const host of ["opta.localhost:9999", "x.opta-abc.localhost:9999", "opta-abc.localhost:1", "opta-abc.localhost"]
  ) {
    assertEquals(assertThrows(() => ask(host, `http://${host}`), OptaError).code, "forbidden_host", host);
  }
  for (const [host, other] of [["opta-abc.localhost:9999", "http://127.0.0.1:9999"], ["127.0.0.1:9999", origin]]) {
    assertEquals(assertThrows(() => ask(host ?? "", other ?? ""), OptaError).code, "forbidden_origin");
  }
  assertEquals(refusal({ host: "opta-abc.localhost:9999" }), "forbidden_host", "unless it is that of this daemon");
});

Deno.test("Guard.trusts() knows the daemon's own origins and the configured ones", () => {
  for (const origin of ["http://127.0.0.1:9999", "http://localhost:9999", "https://opta.example"]) {
    assert(guard.trusts(origin));
  }
  for (const origin of ["null", "http://127.0.0.1:1", "https://evil.example"]) assertFalse(guard.trusts(origin));
});
