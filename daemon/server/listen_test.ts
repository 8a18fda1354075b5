import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { listen, NoFreePortError } from "./listen.ts";

const answer = () => new Response("here");
const noSignal = new AbortController().signal;

Deno.test("listen() takes the first free port", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const server = listen("127.0.0.1", [taken.addr.port, 0], answer, noSignal);
  assertNotEquals(server.addr.port, taken.addr.port);
  assertEquals(await (await fetch(`http://127.0.0.1:${server.addr.port}`)).text(), "here");
  await server.shutdown();
});

Deno.test("listen() names the ports when all of them are taken", () => {
  using one = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [a, b] = [one.addr.port, other.addr.port];
  const message = (ports: number[]) =>
    assertThrows(() => listen("127.0.0.1", ports, answer, noSignal), NoFreePortError).message.split(" are held")[0];
  assertEquals(
    message([a]),
    `Port ${a} of 127.0.0.1 is held by another program. See who with: ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN)`,
  );
  assertEquals(message([a, b]), `The ports ${a} and ${b} of 127.0.0.1`);
  assertEquals(message([a, b, a, b]), `The ports ${a}, ${b} … ${b} of 127.0.0.1`);
});
