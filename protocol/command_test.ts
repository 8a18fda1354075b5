import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ClientMessage } from "./command.ts";
import { ControlFrame } from "./control.ts";

Deno.test("ClientMessage reads what v3 clients send", () => {
  const messages = [
    { type: "hello", clientId: "c1", sessionId: "s1", afterSeq: 7 },
    {
      type: "turn.submit",
      sessionId: "s1",
      clientId: "c1",
      writerId: "w1",
      content: "Hello",
      mode: "do",
      requestId: "q",
    },
    { type: "turn.cancel", sessionId: "s1", turnId: "t1" },
    { type: "permission.resolve", sessionId: "s1", requestId: "r1", decision: "deny", decidedBy: "w1" },
  ];
  for (const message of messages) assertEquals<unknown>(ClientMessage.parse(message), message);
});

Deno.test("ClientMessage takes a hello without a cursor for one that wants everything [R8]", () => {
  const hello = ClientMessage.parse({ type: "hello", clientId: "c1", sessionId: "s1" });
  assertEquals(hello.type === "hello" && hello.afterSeq, 0);
});

Deno.test("ClientMessage refuses anything else", () => {
  const bad = [{}, { type: "sing" }, { type: "hello", sessionId: "s1" }, { type: "unsubscribe", sessionId: "" }];
  for (const message of bad) assertEquals(ClientMessage.safeParse(message).success, false);
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertEquals(ClientMessage.safeParse(value).success, false);
  }));
});

Deno.test("ControlFrame keeps the fields of an ack, whichever act it answers", () => {
  const ack = { type: "ack", action: "turn.submit", requestId: "q", turnId: "t1", queued: 0, duplicate: false };
  assertEquals<unknown>(ControlFrame.parse(ack), ack);
});
