import { assertEquals } from "@std/assert";
import { TokenAudit } from "./token_audit.ts";

function audit(expected: number, ...pieces: string[]) {
  const audit = new TokenAudit("q");
  for (const piece of pieces) audit.text(piece);
  return audit.counts(expected);
}

const none = { received: 0, lost: 0, doubled: 0, outOfOrder: 0, foreign: 0 };

Deno.test("tokens that come in order are received, however they are cut", () => {
  assertEquals(audit(3, "q:0 q", ":1", " q:2 "), { ...none, received: 3 });
});

Deno.test("a token that never comes is lost, in the middle and at the end", () => {
  assertEquals(audit(4, "q:0 q:2 "), { ...none, received: 2, lost: 2 });
});

Deno.test("a token that comes late is out of order, and one that comes again is doubled", () => {
  assertEquals(audit(3, "q:0 q:2 q:1 "), { ...none, received: 3, outOfOrder: 1 });
  assertEquals(audit(2, "q:0 q:1 q:0 q:1 "), { ...none, received: 2, doubled: 2 });
});

Deno.test("what belongs to no token of the answer is foreign, a cut end too", () => {
  assertEquals(audit(1, "q:0 r:1 q:x q:"), { ...none, received: 1, foreign: 3 });
});
