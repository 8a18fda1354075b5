import { assert, assertEquals } from "@std/assert";
import { HotTail, HotTails, MAX_HOT_TAILS, MAX_TAIL_BYTES } from "./hot_tail.ts";

const WHOLE = { maxEvents: 1_000_000, maxBytes: 1_000_000_000 };

Deno.test("HotTail holds the latest lines, up to a number of bytes", () => {
  const tail = new HotTail({ session: 1, epoch: "e", seq: 10 });
  assertEquals(tail.page(10, WHOLE), []);
  assertEquals(tail.page(9, WHOLE), null);
  const line = "é".repeat(500);
  const fitting = Math.floor(MAX_TAIL_BYTES / 1_000);
  for (let i = 0; i < fitting + 50; i++) tail.push(line);
  assertEquals(tail.seq, 10 + fitting + 50);
  assertEquals(tail.page(60, WHOLE)?.map(({ seq }) => seq), Array.from({ length: fitting }, (_, i) => 61 + i));
  assertEquals(tail.page(59, WHOLE), null);
});

Deno.test("HotTail lets a line that is longer than all it may hold go at once", () => {
  const tail = new HotTail({ session: 1, epoch: "e", seq: 0 });
  tail.push("a");
  tail.push("b".repeat(MAX_TAIL_BYTES + 1));
  assertEquals(tail.page(1, WHOLE), null);
  tail.push("c");
  assertEquals(tail.page(2, WHOLE), [{ seq: 3, line: "c" }]);
});

Deno.test("HotTails forgets the one that was longest without an append", () => {
  const tails = new HotTails();
  for (let i = 0; i < MAX_HOT_TAILS; i++) tails.add(`s${i}`, new HotTail({ session: i, epoch: "e", seq: 0 }));
  tails.get("s0", true);
  tails.get("s1"); // a reader's look does not count
  tails.add("new", new HotTail({ session: 999, epoch: "e", seq: 0 }));
  assertEquals(tails.get("s1"), undefined);
  assert(tails.get("s0") && tails.get("new") && tails.get("s2"));
});
