import { assertEquals, assertNotEquals } from "@std/assert";
import { hashSubmit } from "./submit.ts";
import { turnOf } from "./testing/harness.ts";

Deno.test("hashSubmit() sees everything that makes another turn, and nothing else [S4]", () => {
  const body = turnOf("hello", "alice", { overrides: { model: "m", auto: true }, metadata: { a: { x: 1, y: 2 } } });
  const same = { ...body, clientId: "other", lastSeenSeq: 9, metadata: { a: { y: 2, x: 1 } } };
  assertEquals(hashSubmit(same), hashSubmit(body));
  const others = [
    { ...body, content: "hello " },
    { ...body, writerId: "bob" },
    { ...body, mode: "do" as const },
    { ...body, overrides: { model: "m" } },
    { ...body, metadata: {} },
  ];
  for (const other of others) assertNotEquals(hashSubmit(other), hashSubmit(body));
});
